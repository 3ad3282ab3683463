import { BSKY_ERROR_CODES } from "@better-auth-bsky/core";
import { html } from "hono/html";

const page = (title: string, body: unknown) => html`<!doctype html>
	<html lang="en">
		<head>
			<meta charset="utf-8" />
			<meta name="viewport" content="width=device-width" />
			<title>${title}</title>
			<style>
				body { font: 1.1rem/1.5 system-ui; max-width: 32rem; margin: 4rem auto; padding: 0 1rem }
				:is(input, button) { font: inherit; padding: 0.4em 0.8em }
			</style>
		</head>
		<body>
			<h1>${title}</h1>
			${body}
		</body>
	</html>`;

/** The form works without JavaScript: it is answered with a redirect to the person's server. */
export const landingPage = () =>
	page(
		"Bluebell",
		html`<form method="post" action="/api/auth/bsky/sign-in">
			<input type="hidden" name="callbackURL" value="/home" />
			<label>
				Bluesky handle
				<input name="handle" placeholder="alice.bsky.social" autocomplete="username"
					autocapitalize="none" spellcheck="false" required />
			</label>
			<button>Sign in</button>
		</form>`,
	);

export const homePage = (
	user: { name: string; bskyHandle?: string | null | undefined },
	status?: string,
) =>
	page(
		`Hello, ${user.name}`,
		html`<p>You are @${user.bskyHandle}. ${status ? `You are ${status} now.` : ""}</p>
			<form method="post" action="/status">
				${["😀", "🎧", "☕", "🌧️"].map((emoji) => html`<button name="status" value="${emoji}">${emoji}</button> `)}
			</form>
			<form method="post" action="/sign-out"><button>Sign out</button></form>`,
	);

export const errorPage = (code = "") => {
	const known = Object.entries(BSKY_ERROR_CODES).find(([each]) => each === code.toUpperCase());
	return page(
		"That didn’t work",
		html`<p>${known?.[1].message ?? "Something went wrong. Try again."}</p>
			<p><a href="/">Start again</a></p>`,
	);
};
