import { type App, filesThatCall, isCalled } from "./app.ts";
import { byHand, edit, NOTHING, type Plan } from "./plan.ts";
import { addPlugin } from "./plugins.ts";
import { Source } from "./source.ts";
import { inStyle } from "./style.ts";

const WHAT = "The client plugin";

const clientOf = ({ manifest: { dependencies } }: App): string =>
	"better-auth-bsky" in dependencies && !("@better-auth-bsky/client" in dependencies)
		? "better-auth-bsky/client"
		: "@better-auth-bsky/client";

/** Whether the app has a client of better-auth; the components do without. */
export const hasClient = ({ files }: App): boolean =>
	[...files.values()].some((text) => /\bcreateAuthClient\s*[<(]/.test(text));

/** Puts `atprotoAuthClient()` into `createAuthClient()`. */
export function clientPlugin(app: App): Plan {
	const { files } = app;
	if (!hasClient(app) || isCalled(files, "atprotoAuthClient")) return NOTHING;
	const found = filesThatCall(files, "createAuthClient", /^better-auth\//);
	const [path] = found;
	const text = files.get(path ?? "");
	const plan = found.length === 1 && path && text && edited(app, path, text);
	return plan || lines(app);
}

function edited(app: App, path: string, text: string): Plan | undefined {
	const source = Source.read(path, text);
	const imported = source?.imported("createAuthClient", /^better-auth\//);
	if (!source || !imported || source.binds("atprotoAuthClient")) return undefined;
	const [call, another] = source.calls(imported.local);
	if (!call || another) return undefined;
	if (call.arguments.length === 0) source.addArgument(call, "{ plugins: [atprotoAuthClient()] }");
	else {
		const options = source.valueOf(call.arguments[0]);
		if (options?.type !== "ObjectExpression") return undefined;
		if (!addPlugin(source, options, "atprotoAuthClient()")) return undefined;
	}
	source.addImport(`import { atprotoAuthClient } from "${clientOf(app)}";`, imported.by);
	const after = source.edited;
	return after === undefined ? undefined : edit(path, text, after, WHAT);
}

function lines(app: App): Plan {
	const isThere = ([, text]: [string, string]) => /\bcreateAuthClient\s*[<(]/.test(text);
	const paths = [...app.files].filter(isThere).map(([path]) => path);
	const code = [
		`import { atprotoAuthClient } from "${clientOf(app)}";`,
		"",
		"// in the plugins of createAuthClient():",
		"atprotoAuthClient(),",
	].join("\n");
	return byHand(paths.join(", "), WHAT, inStyle(code, { ...app.style, eol: "\n" }));
}
