import { ask, isRedirect, isRefusedAt, isWayBack, jsonOf, NEVER_BEGAN, whyNot } from "./ask.ts";
import { type Finding, finding, type Section } from "./finding.ts";
import type { Known } from "./local.ts";

/** Whether the app answers where it says that it is, by each of its own ways in. */
export async function lookAtApp({ auth, check }: Known): Promise<Section | null> {
	const { baseURL, isPublished } = check;
	// Of a published one the next section has it, as servers see it.
	if (baseURL === null || isPublished) return null;
	const base = baseURL.replace(/\/$/, "");
	const title = "App";
	try {
		await ask(`${base}/bsky/jwks.json`);
	} catch (error) {
		const why = whyNot(error);
		if (NOBODY.has(why))
			return {
				title,
				note: `nothing runs at ${base}: start it, and ask again`,
				findings: [],
				unseen: true,
			};
		const silent = found(
			"app-unreadable",
			`Something runs at ${base}, and nothing can be read from it: ${why}.`,
			"Look at what the server prints. If it is another one, write where yours is into baseURL.",
		);
		return { title, note: `asked at ${base}`, findings: [silent] };
	}
	const trusted = listed(auth.options.trustedOrigins).filter(
		(origin) => origin !== new URL(base).origin && URL.canParse(origin) && !origin.includes("*"),
	);
	const findings = [
		...(await documentsOf(base)),
		...(await callbacksOf(base)),
		...(await originOf(base, new URL(base).origin)),
		...(await Promise.all(trusted.map((origin) => frontEndOf(base, origin)))).flat(),
	];
	return { title, note: `asked at ${base}`, findings };
}

/** Why nothing answers where nobody listens, or where nothing is. */
const NOBODY: ReadonlySet<string> = new Set([
	"ECONNREFUSED",
	"ENOTFOUND",
	"EAI_AGAIN",
	"EHOSTUNREACH",
	"ENETUNREACH",
]);

const listed = (origins: unknown): string[] =>
	Array.isArray(origins) ? origins.filter((each) => typeof each === "string") : [];

const found = (id: string, sentence: string, remedy: string, level: Finding["level"] = "error") =>
	finding({ id, where: "app", level, sentence, remedy });

async function documentsOf(base: string): Promise<Finding[]> {
	const url = `${base}/bsky/jwks.json`;
	const answer = await ask(url);
	if (answer.status === 200 && Array.isArray(Object(jsonOf(answer)).keys)) return [];
	return [
		isRedirect(answer)
			? found(
					"trailing-slash",
					`${url} leads to ${answer.headers.location}: what is asked for below it never arrives.`,
					"Let the framework add or take no slash below better-auth's path; for one that adds them write `advanced: { skipTrailingSlashes: true }` in betterAuth().",
				)
			: found(
					"mount-elsewhere",
					`${url} answers with ${answer.status}, and not as better-auth does.`,
					"Mount better-auth's handler there, or write the path that it is mounted at into basePath or the path of baseURL.",
				),
	];
}

/**
 * People come back to 127.0.0.1 or [::1], never to localhost (https://atproto.com/specs/oauth#localhost-client-development):
 * to the first of them that is open, or to the one at which they have opened the app.
 */
async function callbacksOf(base: string): Promise<Finding[]> {
	const { port } = new URL(base);
	const answers = await Promise.all(["127.0.0.1", "[::1]"].map((host) => callbackAt(base, host)));
	const open = answers.filter((answer) => answer !== null);
	if (open.length > 0) return open.flat();
	return [
		found(
			"loopback-closed",
			`People come back from their server to http://127.0.0.1:${port} or [::1], and nothing listens at either.`,
			'Let the server listen there, too: `--host 127.0.0.1`, or `server: { host: "127.0.0.1" }` in Vite\'s configuration.',
		),
	];
}

/** What is wrong with the way back by one of them; null where it is closed. */
async function callbackAt(base: string, host: string): Promise<Finding[] | null> {
	const url = new URL(`${base}/bsky/callback`);
	url.hostname = host;
	// As of a sign-in that never began: it ends on the error page.
	url.search = NEVER_BEGAN;
	const answer = await ask(url.href).catch(() => null);
	if (!answer) return null;
	if (isWayBack(answer)) return [];
	return [
		found(
			"loopback-callback",
			`People come back from their server to ${url.origin}, and ${url.pathname} answers with ${answer.status} there.`,
			"Let better-auth's handler have that path at every host: with SvelteKit, ask for the path in `handle` before `svelteKitHandler` does, which knows the host of baseURL alone.",
		),
	];
}

async function originOf(base: string, origin: string): Promise<Finding[]> {
	if (!(await isRefusedAt(base, origin))) return [];
	return [
		found(
			"origin-untrusted",
			`A page at ${origin} asks for a sign-in, and is refused: INVALID_ORIGIN.`,
			`Write \`trustedOrigins: ["${origin}"]\` in betterAuth().`,
		),
	];
}

/** A front end of its own has to be let in by the browser first. */
async function frontEndOf(base: string, origin: string): Promise<Finding[]> {
	const url = `${base}/bsky/sign-in`;
	try {
		const { headers } = await ask(
			url,
			{},
			{
				method: "OPTIONS",
				headers: {
					origin,
					"access-control-request-method": "POST",
					"access-control-request-headers": "content-type",
				},
			},
		);
		const isLetIn =
			headers["access-control-allow-origin"] === origin &&
			headers["access-control-allow-credentials"] === "true";
		if (isLetIn) return originOf(base, origin);
		return [
			found(
				"cors-missing",
				`${origin} is one of trustedOrigins, and its browsers may not ask this app: they are answered without CORS.`,
				"If a front end is there, let your server answer OPTIONS in front of better-auth's handler, for that origin and with credentials.",
				"warn",
			),
		];
	} catch (error) {
		return [found("cors-missing", `${url}: ${whyNot(error)}.`, "Look at the server's own log.")];
	}
}
