"use client";

import { useActionState } from "react";
import { saveProfile } from "@/app/actions";

export function ProfileForm({ name }: { name: string }) {
	const [{ error, done }, action, pending] = useActionState(saveProfile, {});
	return (
		<form className="row" action={action}>
			<label>
				Name
				<input name="name" defaultValue={name} key={name} required maxLength={64} />
			</label>
			<button type="submit" className="button primary" disabled={pending}>
				Save
			</button>
			<p role="status">{error ?? done}</p>
		</form>
	);
}
