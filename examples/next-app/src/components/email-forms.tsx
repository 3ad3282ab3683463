"use client";

import Link from "next/link";
import { useActionState } from "react";
import { signInWithEmail, signUpWithEmail } from "@/app/actions";
import { pages } from "@/lib/product";

/** Both forms work before and without JavaScript. */
export function EmailSignIn() {
	const [{ error, typed }, action, pending] = useActionState(signInWithEmail, {});
	return (
		<form className="stack" action={action}>
			<Email typed={typed} />
			<label>
				Password
				<input name="password" type="password" autoComplete="current-password" required />
			</label>
			<p className="error" role="alert">
				{error}
			</p>
			<button type="submit" className="button primary" disabled={pending}>
				Sign in with e-mail
			</button>
			<Link href={pages.signUp.path}>{pages.signUp.title}</Link>
		</form>
	);
}

export function EmailSignUp() {
	const [{ error, typed }, action, pending] = useActionState(signUpWithEmail, {});
	return (
		<form className="stack" action={action}>
			<label>
				Name
				<input name="name" autoComplete="name" required />
			</label>
			<Email typed={typed} />
			<label>
				Password
				<input name="password" type="password" autoComplete="new-password" minLength={8} required />
			</label>
			<p className="error" role="alert">
				{error}
			</p>
			<button type="submit" className="button primary" disabled={pending}>
				Create account
			</button>
		</form>
	);
}

const Email = ({ typed }: { typed: string | undefined }) => (
	<label>
		E-mail
		<input name="email" type="email" autoComplete="email" required defaultValue={typed} />
	</label>
);
