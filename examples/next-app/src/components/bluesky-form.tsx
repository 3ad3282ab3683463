"use client";

import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { authClient } from "@/lib/auth-client";
import { Butterfly } from "./logos";

interface Props {
	/** What the button says. */
	label: string;
	callbackURL: string;
	/** Where a sign-in that fails on the way comes back to, with `?error=`. */
	errorCallbackURL: string;
	/** What went wrong before this page was shown. */
	error?: string;
	/** A handle to begin with. */
	handle?: string;
}

/**
 * Starts a sign-in, or connects the account where somebody is signed in. Without JavaScript, or
 * before it has loaded, the browser posts the form to the same endpoint.
 */
export function BlueskyForm({ label, callbackURL, errorCallbackURL, ...initial }: Props) {
	const [error, setError] = useState(initial.error);
	const [pending, setPending] = useState(false);
	const input = useRef<HTMLInputElement>(null);

	// "Back" may bring this page back from memory just as it was left: waiting.
	useEffect(() => {
		const wake = () => setPending(false);
		window.addEventListener("pageshow", wake);
		return () => window.removeEventListener("pageshow", wake);
	}, []);

	async function submit(event: SubmitEvent<HTMLFormElement>) {
		event.preventDefault();
		if (pending) return;
		setError(undefined);
		setPending(true);
		const handle = input.current?.value ?? "";
		const failure = await authClient.signIn.bsky({ handle, callbackURL, errorCallbackURL }).then(
			(result) => result.error && (result.error.message || result.error.statusText),
			() => "There is no connection. Please try again.",
		);
		// Otherwise the browser is on its way to the person's server.
		if (!failure) return;
		setError(failure);
		setPending(false);
		input.current?.focus();
	}

	return (
		<form action="/api/auth/bsky/sign-in" method="post" onSubmit={submit} aria-busy={pending}>
			<input type="hidden" name="callbackURL" value={callbackURL} />
			<input type="hidden" name="errorCallbackURL" value={errorCallbackURL} />
			<div className="field">
				<label htmlFor="handle">Bluesky handle</label>
				<input
					ref={input}
					id="handle"
					name="handle"
					type="text"
					defaultValue={initial.handle}
					placeholder="alice.bsky.social"
					autoComplete="username"
					autoCapitalize="none"
					autoCorrect="off"
					spellCheck={false}
					inputMode="url"
					required
					aria-describedby="handle-error"
					aria-invalid={error ? true : undefined}
				/>
				<p className="error" id="handle-error" role="alert">
					{error}
				</p>
			</div>
			<button className="button primary" type="submit" disabled={pending}>
				<Butterfly />
				<span>{pending ? "Taking you to your server…" : label}</span>
			</button>
		</form>
	);
}
