import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EnvFile, parsed } from "../env-file.ts";
import { KEY_NAME } from "../keygen.ts";
import { isFile } from "../project/auth-config.ts";
import { developmentUrl } from "../project/framework.ts";
import type { App } from "./app.ts";
import { NOTHING, type Plan } from "./plan.ts";
import { property } from "./source.ts";

/** They are for everybody who has the repository. */
const EXAMPLES = [".env.example", ".env.sample", ".env.template", ".dev.vars.example"];
const SECRET = [".env", ".env.local", ".env.development", ".env.development.local", ".dev.vars"];

/** Where better-auth looks for its base URL: each would be out of force behind the first. */
const URLS = [
	"BETTER_AUTH_URL",
	"NEXT_PUBLIC_BETTER_AUTH_URL",
	"PUBLIC_BETTER_AUTH_URL",
	"NUXT_PUBLIC_BETTER_AUTH_URL",
	"NUXT_PUBLIC_AUTH_URL",
];

/** Adds the lines of settings that no file has. */
export function env(app: App): Plan {
	if (!app.auth) return NOTHING;
	const there = (names: string[]) =>
		names.flatMap((path) => {
			const file = join(app.root, path);
			return isFile(file) ? [{ path, text: readFileSync(file, "utf8") }] : [];
		});
	const [example] = there(EXAMPLES);
	const settings = there(SECRET);
	const port = settings
		.map(({ text }) => parsed(text).PORT)
		.find((each) => /^\d+$/.test(each ?? ""));
	// A framework listens before it reads them.
	const address =
		port && app.framework === "server"
			? `http://localhost:${port}`
			: developmentUrl(app.framework, app.manifest, app.files);
	const url = namesItsUrl(app) ? [] : [`BETTER_AUTH_URL=${address}`];
	const values = settings.map(({ text }) => parsed(text).BETTER_AUTH_URL?.trim());
	const isSaid = settings.some(({ text }) => URLS.some((name) => parsed(text)[name]?.trim()));
	const missing = url.filter(() => !isSaid);
	const empty = settings[values.indexOf("")];
	const key = [
		"# Needed anywhere but on localhost: npx @better-auth-bsky/cli keygen",
		`${KEY_NAME}=`,
	];
	const plans = [
		example && added(example.path, example.text, [...url, ...key]),
		missing.length > 0 &&
			(empty
				? filled(empty.path, empty.text, address)
				: added(settings[0]?.path ?? own(app.root), settings[0]?.text, missing)),
	];
	return { edits: plans.flatMap((plan) => (plan ? plan.edits : [])), byHand: [] };
}

/** Some have a folder by the usual name. */
const own = (root: string) => (existsSync(join(root, ".env")) ? ".env.local" : ".env");

/** The line that stands there empty. */
function filled(path: string, before: string, url: string): Plan {
	const after = new EnvFile(path, before).set("BETTER_AUTH_URL", url).text;
	return { edits: [{ path, before, after, what: "Settings", secret: true }], byHand: [] };
}

/** The lines whose names the file doesn't have, with the comments above them. */
function added(path: string, text: string | undefined, lines: string[]): Plan {
	const before = text ?? "";
	const known = parsed(before);
	const eol = before.includes("\r\n") ? "\r\n" : "\n";
	const isKnown = (line = "") => (line.split("=")[0] ?? "") in known;
	const missing = lines.filter((line, index) =>
		line.startsWith("#") ? !isKnown(lines[index + 1]) : !isKnown(line),
	);
	if (missing.length === 0) return NOTHING;
	const gap = before === "" ? "" : before.endsWith("\n") ? eol : eol + eol;
	const after = `${before}${gap}${missing.join(eol)}${eol}`;
	const what = "Settings";
	return { edits: [{ path, before: text, after, what, secret: true }], byHand: [] };
}

/** Whether `betterAuth()` says by itself where the app is, or from which setting. */
function namesItsUrl({ auth }: App): boolean {
	if (!auth?.plain) return /\bbaseURL\b/.test(auth?.text ?? "");
	const given = property(auth.plain.options, "baseURL");
	const isOwn = given && !/\bBETTER_AUTH_URL\b/.test(auth.text);
	return isOwn ?? false;
}
