import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Framework, SERVERS } from "../project/framework.ts";
import { majorOf } from "../project/manifest.ts";
import { type App, importOfAuth, isTypeScript } from "./app.ts";
import { byHand, edit, NOTHING, type Plan } from "./plan.ts";
import { inStyle } from "./style.ts";

/** The file of a framework that answers for better-auth. */
interface Handler {
	path: string;
	code: string;
}

/**
 * What hands requests on to better-auth: by its own functions, or `handler`. `svelteKitHandler` isn't among
 * it: it answers at the host of the base URL alone, and on localhost people come back from their server on
 * 127.0.0.1 or [::1].
 */
const ANSWERS =
	/\bto(?:NextJs|Node|SvelteKit|SolidStart)Handler\s*\(|\b\w*[aA]uth\w*(?:\([^\n;]*?\))?\)?\.handler\b/;

/** Adds the route that answers for better-auth, where nothing does. */
export function handler(app: App): Plan {
	const { auth, files, framework } = app;
	if (!auth || [...files.values()].some((text) => ANSWERS.test(text))) return NOTHING;
	const { basePath = "/api/auth" } = auth;
	const made = basePath ? HANDLERS[framework]?.(app, basePath) : undefined;
	const imported = made && importOfAuth(app, made.path);
	if (!made || !imported) return lines(app);
	const { path, code } = made;
	if (existsSync(join(app.root, path))) return NOTHING;
	const text = code
		.replace("IMPORT", `import ${imported.what} from "${imported.path}";`)
		.replaceAll(/\bauth\b(?=[.)])/g, imported.name);
	const other = besides(app, path);
	const shown = inStyle(text, { ...app.style, eol: "\n" });
	if (other) return byHand(other, WHAT, shown);
	// Options that aren't understood may have another one.
	if (auth.basePath === undefined)
		return byHand(path, `${WHAT}, unless basePath is another`, shown);
	return edit(path, undefined, inStyle(text, app.style), WHAT);
}

/** A route of somebody else's for whatever is asked for there: frameworks take one such name alone. */
function besides({ files }: App, path: string): string | undefined {
	const [folder = ""] = path.split("[...all]");
	return path === folder
		? undefined
		: [...files.keys()].find((each) => each.startsWith(`${folder}[`));
}

const WHAT = "What answers for better-auth";

const HANDLERS: Partial<Record<Framework, (app: App, basePath: string) => Handler>> = {
	next: (app, basePath) => ({
		path: `${appFolder(app)}${basePath}/[...all]/route.${script(app)}`,
		code: `import { toNextJsHandler } from "better-auth/next-js";
IMPORT

export const { GET, POST } = toNextJsHandler(auth);
`,
	}),
	"next-pages": (app, basePath) => ({
		path: `${existsSync(join(app.root, "src/pages")) ? "src/" : ""}pages${basePath}/[...all].${script(app)}`,
		code: `import { toNodeHandler } from "better-auth/node";
IMPORT

// better-auth reads the body itself.
export const config = { api: { bodyParser: false } };

export default toNodeHandler(auth);
`,
	}),
	sveltekit: (app, basePath) => ({
		path: `src/routes${basePath}/[...all]/+server.${script(app)}`,
		code: `import { toSvelteKitHandler } from "better-auth/svelte-kit";
IMPORT

// A route, since people come back from their server on 127.0.0.1 when the app is on localhost:
// better-auth's \`svelteKitHandler\` answers at the host of the base URL alone.
export const GET = toSvelteKitHandler(auth);
export const POST = GET;
`,
	}),
	nuxt: (app, basePath) => ({
		path: `server${basePath}/[...all].${script(app)}`,
		code: `IMPORT

export default defineEventHandler((event) => auth.handler(toWebRequest(event)));
`,
	}),
	"tanstack-start": (app, basePath) => ({
		path: `${startFolder(app)}/routes${basePath}/$.${script(app)}`,
		code: `import { createFileRoute } from "@tanstack/react-router";
IMPORT

export const Route = createFileRoute("${basePath}/$")({
	server: {
		handlers: {
			GET: ({ request }) => auth.handler(request),
			POST: ({ request }) => auth.handler(request),
		},
	},
});
`,
	}),
	astro: (app, basePath) => ({
		path: `src/pages${basePath}/[...all].${script(app)}`,
		code: `${isTypeScript(app) ? 'import type { APIRoute } from "astro";\n' : ""}IMPORT

export const prerender = false;

export const ALL${isTypeScript(app) ? ": APIRoute" : ""} = ({ request }) => auth.handler(request);
`,
	}),
	"react-router": (app, basePath) => ({
		path: `app/routes/${segments(basePath).join(".")}.$.${script(app)}`,
		code: isTypeScript(app)
			? `import type { ActionFunctionArgs, LoaderFunctionArgs } from "react-router";
IMPORT

export const loader = ({ request }: LoaderFunctionArgs) => auth.handler(request);
export const action = ({ request }: ActionFunctionArgs) => auth.handler(request);
`
			: `IMPORT

export const loader = ({ request }) => auth.handler(request);
export const action = ({ request }) => auth.handler(request);
`,
	}),
};

/** For servers of all kinds, and for an app whose `auth` can't be imported. */
function lines(app: App): Plan {
	const { auth, manifest, root } = app;
	const isOlder = (majorOf(root, manifest, "express") ?? 5) < 5;
	const basePath = auth?.basePath ?? "/api/auth";
	const has = (name: string) => name in manifest.dependencies;
	const code = has("express")
		? `import { toNodeHandler } from "better-auth/node";

app.all("${basePath}/*${isOlder ? "" : "splat"}", toNodeHandler(auth)); // in front of express.json()`
		: has("hono")
			? `app.on(["GET", "POST"], "${basePath}/*", (c) => auth.handler(c.req.raw));`
			: `// For each request below ${basePath}: a Request in, a Response out.
auth.handler(request);`;
	const what = `${WHAT}, where your server has its routes`;
	const plan = byHand("", what, inStyle(code, { ...app.style, eol: "\n" }));
	// A package that has better-auth alone is used by a server in another one.
	if (app.framework !== "server" || SERVERS.some(has)) return plan;
	return { ...plan, byHand: plan.byHand.map((each) => ({ ...each, maybeElsewhere: true })) };
}

/** Next's own, with `src/` where the app has it there. */
export const appFolder = ({ root }: App): string =>
	existsSync(join(root, "src/app")) ? "src/app" : "app";

/** TanStack Start's own, which `srcDirectory` may name. */
export const startFolder = ({ files }: App): string =>
	[...files.keys()].some((path) => /^app\/routes\/__root\.[jt]sx$/.test(path)) ? "app" : "src";

const script = (app: App): "ts" | "js" => (isTypeScript(app) ? "ts" : "js");

export const segments = (path: string): string[] => path.split("/").filter(Boolean);
