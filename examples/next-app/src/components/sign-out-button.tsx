"use client";

import { useRouter } from "next/navigation";
import type { SubmitEvent } from "react";
import { signOut } from "@/app/actions";
import { authClient } from "@/lib/auth-client";

/** Signs out through the client, which tells other tabs; without JavaScript through the action. */
export function SignOutButton() {
	const router = useRouter();

	async function submit(event: SubmitEvent<HTMLFormElement>) {
		event.preventDefault();
		await authClient.signOut();
		router.push("/");
		router.refresh();
	}

	return (
		<form action={signOut} onSubmit={submit}>
			<button className="button small" type="submit">
				Sign out
			</button>
		</form>
	);
}
