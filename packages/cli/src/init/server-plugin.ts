import { type App, appName, isCalled, kitMajor } from "./app.ts";
import type { AuthFile, PlainAuth } from "./auth-file.ts";
import { byHand, edit, NOTHING, type Plan } from "./plan.ts";
import { addPlugin } from "./plugins.ts";
import type { Source } from "./source.ts";
import { inStyle } from "./style.ts";

const WHAT = "The plugin";

/** Where `atprotoAuth` comes from. */
const coreOf = ({ manifest: { dependencies } }: App): string =>
	"better-auth-bsky" in dependencies && !("@better-auth-bsky/core" in dependencies)
		? "better-auth-bsky"
		: "@better-auth-bsky/core";

/** Puts `atprotoAuth()` into `betterAuth()`. */
export function serverPlugin(app: App): Plan {
	const { auth, files } = app;
	if (!auth || isCalled(files, "atprotoAuth")) return NOTHING;
	return (auth.plain && edited(app, auth, auth.plain)) ?? lines(app, auth);
}

function edited(
	app: App,
	{ path, text }: AuthFile,
	{ source, by, options }: PlainAuth,
): Plan | undefined {
	if (source.binds("atprotoAuth")) return undefined;
	const env = environment(app, source);
	if (!addPlugin(source, options, call(app, env.object))) return undefined;
	source.addImport(`import { atprotoAuth } from "${coreOf(app)}";${env.added}`, by);
	const after = source.edited;
	return after === undefined ? undefined : edit(path, text, after, WHAT);
}

function lines(app: App, { path, plain, text }: AuthFile): Plan {
	const env = plain ? environment(app, plain.source) : { object: "process.env", added: "" };
	const code = [
		`import { atprotoAuth } from "${coreOf(app)}";${env.added}`,
		"",
		"// in the plugins of betterAuth(), in front of one for cookies such as nextCookies():",
		`${call(app, env.object)},`,
	].join("\n");
	const isCommonJs = !/^import\b/m.test(text) && /\brequire\s*\(/.test(text);
	const why = isCommonJs ? " (with `require()`, Node 22.12 or newer loads it the same way)" : "";
	return byHand(path, `${WHAT}${why}`, inStyle(code, { ...app.style, eol: "\n" }));
}

const call = ({ manifest }: App, env: string) =>
	[
		"atprotoAuth({",
		`\tprivateKey: ${env}.BSKY_PRIVATE_KEY, // needed anywhere but on localhost`,
		`\tclientMetadata: { clientName: "${appName(manifest)}" },`,
		"})",
	].join("\n");

/** What the file reads its settings from, so that the key is found where they are. */
function environment(app: App, source: Source) {
	const kit = "$env/dynamic/private";
	const own = source.imported("env", /^\$env\/dynamic\/private$/);
	if (own) return { object: own.local, added: "" };
	if (source.text.includes("process.env")) return { object: "process.env", added: "" };
	const worker = source.imported("env", /^cloudflare:workers$/);
	if (worker) return { object: worker.local, added: "" };
	if (source.text.includes("import.meta.env")) return { object: "import.meta.env", added: "" };
	// Of another file, it may know its own names alone.
	if (source.binds("env")) return { object: "process.env", added: "" };
	// What makes it is handed them.
	if (/\benv\.[A-Z]/.test(source.text)) return { object: "env", added: "" };
	const isKit = app.framework === "sveltekit" && kitMajor(app) < 3;
	return isKit
		? { object: "env", added: `\nimport { env } from "${kit}";` }
		: { object: "process.env", added: "" };
}
