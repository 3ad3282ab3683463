"use client";

import { useRouter } from "next/navigation";
import { type SubmitEvent, useState } from "react";
import { authClient } from "@/lib/auth-client";

/** E-mail and password: the other way in, so that linking can be seen. */
export function EmailForm({ mode }: { mode: "sign-in" | "sign-up" }) {
	const router = useRouter();
	const [error, setError] = useState<string>();
	const [pending, setPending] = useState(false);
	const isNew = mode === "sign-up";

	async function submit(event: SubmitEvent<HTMLFormElement>) {
		event.preventDefault();
		if (pending) return;
		setError(undefined);
		setPending(true);
		const form = new FormData(event.currentTarget);
		const text = (name: string) => String(form.get(name) ?? "");
		const credentials = { email: text("email"), password: text("password") };
		const failure = await (isNew
			? authClient.signUp.email({ ...credentials, name: text("name") })
			: authClient.signIn.email(credentials)
		).then(
			(result) => result.error && (result.error.message || result.error.statusText),
			() => "There is no connection. Please try again.",
		);
		if (failure) {
			setError(failure);
			setPending(false);
			return;
		}
		router.push("/me");
		router.refresh();
	}

	return (
		// "post", so that a password never ends up in an address.
		<form method="post" onSubmit={submit} aria-busy={pending}>
			{isNew && (
				<div className="field">
					<label htmlFor="name">Name</label>
					<input id="name" name="name" autoComplete="name" required />
				</div>
			)}
			<div className="field">
				<label htmlFor="email">E-mail</label>
				<input id="email" name="email" type="email" autoComplete="email" required />
			</div>
			<div className="field">
				<label htmlFor="password">Password</label>
				<input
					id="password"
					name="password"
					type="password"
					autoComplete={isNew ? "new-password" : "current-password"}
					minLength={8}
					required
					aria-describedby="email-error"
				/>
				<p className="error" id="email-error" role="alert">
					{error}
				</p>
			</div>
			<button className="button primary" type="submit" disabled={pending}>
				{isNew ? "Create account" : "Sign in"}
			</button>
			<noscript>
				<p className="hint">Signing in by e-mail needs JavaScript; Bluesky doesn’t.</p>
			</noscript>
		</form>
	);
}
