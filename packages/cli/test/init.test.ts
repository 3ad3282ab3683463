import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "@babel/parser";
import { main } from "@better-auth-bsky/cli";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { run } from "./run.ts";

type Files = Record<string, string>;

/** An app in a folder of its own, which asks for these packages. */
function makeApp(dependencies: string, files: Files): string {
	const root = mkdtempSync(join(tmpdir(), "bsky-init-"));
	const asked = Object.fromEntries(
		dependencies.split(" ").map((each) => {
			const [, name = "", range = "*"] = /^(.+?)(?:@([^@/]+))?$/.exec(each) ?? [];
			return [name, range];
		}),
	);
	const manifest = JSON.stringify({ name: "my-app", dependencies: asked });
	// What is above the folder isn't the app's.
	mkdirSync(join(root, ".git"));
	for (const [path, text] of Object.entries({ "package.json": manifest, ...files })) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), text);
	}
	return root;
}

function filesOf(root: string): Files {
	const paths = readdirSync(root, { recursive: true, encoding: "utf8" });
	const files = paths.filter((path) => statSync(join(root, path)).isFile());
	return Object.fromEntries(files.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

/** The command in this process, which is quicker; its output as JSON. */
async function init(root: string, ...args: string[]) {
	let out = "";
	const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
		out += text;
		return true;
	});
	try {
		const code = await main(["init", "--cwd", root, "--json", ...args]);
		return { code, out, ...JSON.parse(out) };
	} finally {
		write.mockRestore();
	}
}

/** Does it twice: what the first one leaves, the second one leaves as well. */
async function initTwice(root: string) {
	const before = filesOf(root);
	const first = await init(root, "--yes");
	const after = filesOf(root);
	const second = await init(root, "--yes");
	expect(filesOf(root), "the second run changes nothing").toEqual(after);
	expect(second.files).toEqual([]);
	expect(second.byHand).toEqual(first.byHand);
	const left = first.byHand.filter((each: { maybeElsewhere?: true }) => !each.maybeElsewhere);
	expect(second.code).toBe(left.length > 0 ? 1 : 0);
	expect(first.code).toBe(second.code);
	const added = Object.keys(after).filter((path) => !(path in before));
	return { ...first, before, after, added: added.sort() };
}

const HEAD = `import { betterAuth } from "better-auth";\n`;
const PLUGIN = `import { atprotoAuth } from "@better-auth-bsky/core";\n`;

describe("the plugin is put in where the shape is plain", () => {
	test.each<[name: string, before: string, after: string]>([
		[
			"no plugins",
			`${HEAD}\nexport const auth = betterAuth({\n\tdatabase,\n});\n`,
			`${HEAD}${PLUGIN}\nexport const auth = betterAuth({\n\tdatabase,\n\tplugins: [\n\t\tatprotoAuth({\n\t\t\tprivateKey: process.env.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n\t\t\tclientMetadata: { clientName: "My App" },\n\t\t}),\n\t],\n});\n`,
		],
		[
			"an empty list, spaces, single quotes, no semicolons",
			`import { betterAuth } from 'better-auth'\n\nexport const auth = betterAuth({\n  database, // odd   spacing\n  plugins: [],\n})\n`,
			`import { betterAuth } from 'better-auth'\nimport { atprotoAuth } from '@better-auth-bsky/core'\n\nexport const auth = betterAuth({\n  database, // odd   spacing\n  plugins: [\n    atprotoAuth({\n      privateKey: process.env.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n      clientMetadata: { clientName: 'My App' },\n    }),\n  ],\n})\n`,
		],
		[
			"a list in one line, and cookies last",
			`${HEAD}export const auth = betterAuth({ database, plugins: [admin(), nextCookies()] });\n`,
			`${HEAD}${PLUGIN}export const auth = betterAuth({ database, plugins: [\n\tadmin(),\n\tatprotoAuth({\n\t\tprivateKey: process.env.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n\t\tclientMetadata: { clientName: "My App" },\n\t}),\n\tnextCookies(),\n] });\n`,
		],
		[
			"cookies last, with their comments and no trailing comma",
			`${HEAD}export const auth = betterAuth({\n\tplugins: [\n\t\tadmin(), // first\n\t\t// has to be the last one\n\t\tnextCookies() // really\n\t]\n});\n`,
			`${HEAD}${PLUGIN}export const auth = betterAuth({\n\tplugins: [\n\t\tadmin(), // first\n\t\tatprotoAuth({\n\t\t\tprivateKey: process.env.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n\t\t\tclientMetadata: { clientName: "My App" }\n\t\t}),\n\t\t// has to be the last one\n\t\tnextCookies() // really\n\t]\n});\n`,
		],
		[
			"a comment behind the last one, and no trailing comma",
			`${HEAD}export const auth = betterAuth({\n\tplugins: [\n\t\tadmin() // first, always\n\t]\n});\n`,
			`${HEAD}${PLUGIN}export const auth = betterAuth({\n\tplugins: [\n\t\tadmin(), // first, always\n\t\tatprotoAuth({\n\t\t\tprivateKey: process.env.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n\t\t\tclientMetadata: { clientName: "My App" }\n\t\t})\n\t]\n});\n`,
		],
		[
			"a list of comments alone",
			`${HEAD}export const auth = betterAuth({\n\tplugins: [\n\t\t// none yet, ]\n\t\t/* really */\n\t],\n});\n`,
			`${HEAD}${PLUGIN}export const auth = betterAuth({\n\tplugins: [\n\t\t// none yet, ]\n\t\t/* really */\n\t\tatprotoAuth({\n\t\t\tprivateKey: process.env.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n\t\t\tclientMetadata: { clientName: "My App" },\n\t\t}),\n\t],\n});\n`,
		],
		[
			"a spread in the list",
			`${HEAD}export const auth = betterAuth({\n\tplugins: [\n\t\t...shared,\n\t],\n});\n`,
			`${HEAD}${PLUGIN}export const auth = betterAuth({\n\tplugins: [\n\t\t...shared,\n\t\tatprotoAuth({\n\t\t\tprivateKey: process.env.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n\t\t\tclientMetadata: { clientName: "My App" },\n\t\t}),\n\t],\n});\n`,
		],
		[
			"options of their own, with their types",
			`${HEAD}const options = {\n\tplugins: [\n\t\tadmin(),\n\t],\n} satisfies BetterAuthOptions;\n\nexport const auth = betterAuth(options);\n`,
			`${HEAD}${PLUGIN}const options = {\n\tplugins: [\n\t\tadmin(),\n\t\tatprotoAuth({\n\t\t\tprivateKey: process.env.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n\t\t\tclientMetadata: { clientName: "My App" },\n\t\t}),\n\t],\n} satisfies BetterAuthOptions;\n\nexport const auth = betterAuth(options);\n`,
		],
		[
			"inside of a function that makes it",
			`${HEAD}export function createAuth(database: D1Database) {\n\treturn betterAuth({\n\t\tdatabase,\n\t\tplugins: [\n\t\t\tadmin(),\n\t\t],\n\t});\n}\n`,
			`${HEAD}${PLUGIN}export function createAuth(database: D1Database) {\n\treturn betterAuth({\n\t\tdatabase,\n\t\tplugins: [\n\t\t\tadmin(),\n\t\t\tatprotoAuth({\n\t\t\t\tprivateKey: process.env.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n\t\t\t\tclientMetadata: { clientName: "My App" },\n\t\t\t}),\n\t\t],\n\t});\n}\n`,
		],
		[
			"cookies by condition",
			`${HEAD}export const auth = betterAuth({\n\tplugins: [\n\t\tadmin(),\n\t\t...(isNext ? [nextCookies()] : []),\n\t],\n});\n`,
			`${HEAD}${PLUGIN}export const auth = betterAuth({\n\tplugins: [\n\t\tadmin(),\n\t\tatprotoAuth({\n\t\t\tprivateKey: process.env.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n\t\t\tclientMetadata: { clientName: "My App" },\n\t\t}),\n\t\t...(isNext ? [nextCookies()] : []),\n\t],\n});\n`,
		],
		[
			"cookies by another condition, with their types",
			`${HEAD}export const auth = betterAuth({\n\tplugins: [\n\t\tadmin(),\n\t\tisNext && (nextCookies() as Plugin),\n\t],\n});\n`,
			`${HEAD}${PLUGIN}export const auth = betterAuth({\n\tplugins: [\n\t\tadmin(),\n\t\tatprotoAuth({\n\t\t\tprivateKey: process.env.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n\t\t\tclientMetadata: { clientName: "My App" },\n\t\t}),\n\t\tisNext && (nextCookies() as Plugin),\n\t],\n});\n`,
		],
		[
			"cookies by a name",
			`${HEAD}const cookies = nextCookies();\nexport const auth = betterAuth({\n\tplugins: [\n\t\tcookies,\n\t],\n});\n`,
			`${HEAD}${PLUGIN}const cookies = nextCookies();\nexport const auth = betterAuth({\n\tplugins: [\n\t\tatprotoAuth({\n\t\t\tprivateKey: process.env.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n\t\t\tclientMetadata: { clientName: "My App" },\n\t\t}),\n\t\tcookies,\n\t],\n});\n`,
		],
		[
			"imports of several lines, of which few end with a semicolon in their first",
			`import {\n\tadmin,\n} from "better-auth/plugins";\nimport {\n\tuser,\n} from "./schema";\n${HEAD}\nexport const auth = betterAuth({\n\tplugins: [\n\t\tadmin(),\n\t],\n});\n`,
			`import {\n\tadmin,\n} from "better-auth/plugins";\nimport {\n\tuser,\n} from "./schema";\n${HEAD}${PLUGIN}\nexport const auth = betterAuth({\n\tplugins: [\n\t\tadmin(),\n\t\tatprotoAuth({\n\t\t\tprivateKey: process.env.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n\t\t\tclientMetadata: { clientName: "My App" },\n\t\t}),\n\t],\n});\n`,
		],
		[
			"a byte order mark",
			`\uFEFFimport { betterAuth } from 'better-auth'\nexport const auth = betterAuth({\n\tplugins: [\n\t\tadmin(),\n\t],\n})\n`,
			`\uFEFFimport { betterAuth } from 'better-auth'\nimport { atprotoAuth } from '@better-auth-bsky/core'\nexport const auth = betterAuth({\n\tplugins: [\n\t\tadmin(),\n\t\tatprotoAuth({\n\t\t\tprivateKey: process.env.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n\t\t\tclientMetadata: { clientName: 'My App' },\n\t\t}),\n\t],\n})\n`,
		],
		[
			"comments behind what it is added below",
			`${HEAD.trim()} /* server */\nexport const auth = betterAuth({\n\tplugins: [\n\t\tadmin(), /* first */ // always\n\t],\n});\n`,
			`${HEAD.trim()} /* server */\n${PLUGIN}export const auth = betterAuth({\n\tplugins: [\n\t\tadmin(), /* first */ // always\n\t\tatprotoAuth({\n\t\t\tprivateKey: process.env.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n\t\t\tclientMetadata: { clientName: "My App" },\n\t\t}),\n\t],\n});\n`,
		],
		[
			"one of several lines, and cookies behind it in its last",
			`${HEAD}export const auth = betterAuth({\n\tplugins: [admin({\n\t\troles: [],\n\t}), nextCookies()],\n});\n`,
			`${HEAD}${PLUGIN}export const auth = betterAuth({\n\tplugins: [admin({\n\t\troles: [],\n\t}), atprotoAuth({\n\t\tprivateKey: process.env.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n\t\tclientMetadata: { clientName: "My App" },\n\t}), nextCookies()],\n});\n`,
		],
		[
			"cookies of several lines, and nothing else",
			`${HEAD}export const auth = betterAuth({\n\tplugins: [nextCookies({\n\t\ta: 1,\n\t})],\n});\n`,
			`${HEAD}${PLUGIN}export const auth = betterAuth({\n\tplugins: [atprotoAuth({\n\t\tprivateKey: process.env.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n\t\tclientMetadata: { clientName: "My App" },\n\t}), nextCookies({\n\t\ta: 1,\n\t})],\n});\n`,
		],
		[
			"settings that are handed in",
			`${HEAD}export const createAuth = (env: Env) =>\n\tbetterAuth({\n\t\tsecret: env.BETTER_AUTH_SECRET,\n\t\tplugins: [\n\t\t\tadmin(),\n\t\t],\n\t});\n`,
			`${HEAD}${PLUGIN}export const createAuth = (env: Env) =>\n\tbetterAuth({\n\t\tsecret: env.BETTER_AUTH_SECRET,\n\t\tplugins: [\n\t\t\tadmin(),\n\t\t\tatprotoAuth({\n\t\t\t\tprivateKey: env.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n\t\t\t\tclientMetadata: { clientName: "My App" },\n\t\t\t}),\n\t\t],\n\t});\n`,
		],
		[
			"settings of a bundler",
			`${HEAD}export const auth = betterAuth({\n\tsecret: import.meta.env.BETTER_AUTH_SECRET,\n\tplugins: [\n\t\tadmin(),\n\t],\n});\n`,
			`${HEAD}${PLUGIN}export const auth = betterAuth({\n\tsecret: import.meta.env.BETTER_AUTH_SECRET,\n\tplugins: [\n\t\tadmin(),\n\t\tatprotoAuth({\n\t\t\tprivateKey: import.meta.env.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n\t\t\tclientMetadata: { clientName: "My App" },\n\t\t}),\n\t],\n});\n`,
		],
		[
			"settings of Cloudflare's",
			`import { env as worker } from "cloudflare:workers";\n${HEAD}export const auth = betterAuth({\n\tsecret: worker.BETTER_AUTH_SECRET,\n\tplugins: [\n\t\tadmin(),\n\t],\n});\n`,
			`import { env as worker } from "cloudflare:workers";\n${HEAD}${PLUGIN}export const auth = betterAuth({\n\tsecret: worker.BETTER_AUTH_SECRET,\n\tplugins: [\n\t\tadmin(),\n\t\tatprotoAuth({\n\t\t\tprivateKey: worker.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n\t\t\tclientMetadata: { clientName: "My App" },\n\t\t}),\n\t],\n});\n`,
		],
		[
			"settings that are checked elsewhere, which don't know the key",
			`import { env } from "@/env";\n${HEAD}export const auth = betterAuth({\n\tsecret: env.BETTER_AUTH_SECRET,\n\tplugins: [\n\t\tadmin(),\n\t],\n});\n`,
			`import { env } from "@/env";\n${HEAD}${PLUGIN}export const auth = betterAuth({\n\tsecret: env.BETTER_AUTH_SECRET,\n\tplugins: [\n\t\tadmin(),\n\t\tatprotoAuth({\n\t\t\tprivateKey: process.env.BSKY_PRIVATE_KEY, // needed anywhere but on localhost\n\t\t\tclientMetadata: { clientName: "My App" },\n\t\t}),\n\t],\n});\n`,
		],
	])("%s", async (_, before, after) => {
		const done = await initTwice(makeApp("next react", { "auth.ts": before, "app/a.tsx": "" }));
		expect(done.after["auth.ts"]).toBe(after);
		parse(after, { sourceType: "module", plugins: ["typescript"] });
	});

	test("with the line ends of the file", async () => {
		const text = `${HEAD}\nexport const auth = betterAuth({\n\tdatabase,\n});\n`;
		const root = makeApp("next react", { "auth.ts": text.replaceAll("\n", "\r\n") });
		const { after } = await initTwice(root);
		expect(after["auth.ts"]).toContain("atprotoAuth({\r\n");
		expect(after["auth.ts"]).not.toMatch(/(?<!\r)\n/);
	});

	test("in JavaScript, with pages to match", async () => {
		const text = `${HEAD}export const auth = betterAuth({ database });\n`;
		const { added } = await initTwice(
			makeApp("next react", { "lib/auth.js": text, "app/x.js": "" }),
		);
		expect(added).toEqual([".env", "app/api/auth/[...all]/route.js", "app/sign-in/page.jsx"]);
	});
});

/** A server that lacks the plugin alone. */
const SERVER = {
	"server.ts": `import { auth } from "./auth.ts";\nauth.handler(request);\nconst form = "/api/auth/bsky/sign-in";\n`,
};

describe("what isn't understood stays as it is, and the lines are printed", () => {
	test.each<[name: string, text: string]>([
		[
			"plugins that a function makes",
			`${HEAD}export const auth = betterAuth({ plugins: getPlugins() });\n`,
		],
		[
			"plugins by condition",
			`${HEAD}export const auth = betterAuth({ plugins: isProd ? [a()] : [] });\n`,
		],
		[
			"plugins filtered",
			`${HEAD}export const auth = betterAuth({ plugins: [a()].filter(Boolean) });\n`,
		],
		[
			"plugins of another file",
			`${HEAD}import { plugins } from "./p";\nexport const auth = betterAuth({ plugins });\n`,
		],
		[
			"options of another file",
			`${HEAD}import { options } from "./o";\nexport const auth = betterAuth(options);\n`,
		],
		[
			"options spread from another file",
			`${HEAD}import { options } from "./o";\nexport const auth = betterAuth({ ...options, database });\n`,
		],
		["options by a function", `${HEAD}export const auth = betterAuth(merge({ plugins: [] }));\n`],
		["a getter", `${HEAD}export const auth = betterAuth({ get plugins() { return []; } });\n`],
		[
			"a name that is worked out",
			`${HEAD}export const auth = betterAuth({ ["plugins"]: [a()] });\n`,
		],
		[
			"options that are handed in by the name of others",
			`${HEAD}const options = { plugins: [] };\nexport const make = (options) => betterAuth(options);\n`,
		],
		[
			"plugins that are handed in by the name of others",
			`${HEAD}const plugins = [a()];\nexport function make({ plugins = [] }) {\n\treturn betterAuth({ plugins });\n}\n`,
		],
		[
			"plugins of a function that others outside of it have the name of",
			`${HEAD}const plugins = [a()];\nexport function make() {\n\tlet plugins = [b()];\n\treturn betterAuth({ plugins });\n}\n`,
		],
		["a hole in the list", `${HEAD}export const auth = betterAuth({ plugins: [, a()] });\n`],
		[
			"a comment in a list of one line",
			`${HEAD}export const auth = betterAuth({ plugins: [/* none */] });\n`,
		],
		[
			"two of them",
			`${HEAD}export const auth = betterAuth({ plugins: [] });\nexport const other = betterAuth({ plugins: [] });\n`,
		],
		[
			"a wrapper of somebody's",
			`import { betterAuth } from "@acme/auth";\nexport const auth = betterAuth({ plugins: [] });\n`,
		],
		[
			"CommonJS",
			`const { betterAuth } = require("better-auth");\nexports.auth = betterAuth({ plugins: [] });\n`,
		],
		[
			"another atprotoAuth",
			`${HEAD}const atprotoAuth = () => {};\nexport const auth = betterAuth({ plugins: [] });\n`,
		],
		[
			"no JavaScript at all",
			`import { betterAuth } from "better-auth";\nexport const auth = betterAuth({ plugins: [ }\n`,
		],
	])("%s", async (_, text) => {
		const { before, after, byHand } = await initTwice(
			makeApp("hono", { "auth.ts": text, ...SERVER }),
		);
		expect(after["auth.ts"]).toBe(before["auth.ts"]);
		expect(byHand).toMatchObject([{ path: "auth.ts" }]);
		expect(byHand[0].lines).toContain("@better-auth-bsky/core");
		expect(byHand[0].lines).toContain("atprotoAuth({");
	});

	test.each<[name: string, text: string]>([
		[
			"options of another file",
			`import { createAuthClient } from "better-auth/react";\nexport const authClient = createAuthClient(options);\n`,
		],
		[
			"a wrapper",
			`import { createAuthClient } from "@acme/auth";\nexport const authClient = createAuthClient({});\n`,
		],
	])("a client with %s", async (_, text) => {
		const root = makeApp("vite react", { "src/auth-client.ts": text });
		const { before, after, byHand } = await initTwice(
			makeApp("vite react better-auth", {
				"auth.ts": `${HEAD}${PLUGIN}betterAuth({ plugins: [atprotoAuth()] });\n`,
				...filesOf(root),
			}),
		);
		expect(after["src/auth-client.ts"]).toBe(before["src/auth-client.ts"]);
		expect(byHand).toContainEqual(expect.objectContaining({ path: "src/auth-client.ts" }));
	});
});

test.each([
	[
		"CommonJS",
		`const { betterAuth } = require("better-auth");\nconst { atprotoAuth } = require("@better-auth-bsky/core");\nexports.auth = betterAuth({ plugins: [atprotoAuth()] });\n`,
	],
	[
		"a package as a whole",
		`${HEAD}import * as bsky from "@better-auth-bsky/core";\nexport const auth = betterAuth({ plugins: getPlugins(bsky.atprotoAuth()) });\n`,
	],
	[
		"an import where it is needed",
		`${HEAD}export const makeAuth = async () => {\n\tconst { atprotoAuth } = await import("@better-auth-bsky/core");\n\treturn betterAuth({ plugins: [atprotoAuth()] });\n};\n`,
	],
])("lines that somebody has put there are seen: %s", async (_, text) => {
	const { byHand, files } = await init(makeApp("hono", { "auth.ts": text, ...SERVER }));
	expect([...files, ...byHand].filter(({ what }) => what.startsWith("The plugin"))).toEqual([]);
});

test("what has the plugin already is left alone", async () => {
	const text = `${HEAD}import { plugins } from "./plugins.ts";\nexport const auth = betterAuth({ baseURL: url, plugins });\n`;
	const plugins = `${PLUGIN}export const plugins = [atprotoAuth()];\n`;
	const page = `import { BlueskySignIn } from "@better-auth-bsky/react";\n`;
	const root = makeApp("hono", {
		"auth.ts": text,
		"plugins.ts": plugins,
		"page.tsx": page,
		...SERVER,
	});
	const { code, before, after, byHand } = await initTwice(root);
	expect({ code, byHand, after }).toEqual({ code: 0, byHand: [], after: before });
});

describe("the client plugin", () => {
	const head = `import { createAuthClient } from "better-auth/react";\n`;
	const added = `import { atprotoAuthClient } from "@better-auth-bsky/client";\n`;
	test.each<[name: string, before: string, after: string]>([
		[
			"no options",
			"createAuthClient();\n",
			"createAuthClient({ plugins: [atprotoAuthClient()] });\n",
		],
		[
			"empty ones",
			"createAuthClient({});\n",
			"createAuthClient({ plugins: [atprotoAuthClient()] });\n",
		],
		[
			"one option",
			"createAuthClient({ baseURL });\n",
			"createAuthClient({ baseURL, plugins: [atprotoAuthClient()] });\n",
		],
		[
			"another plugin",
			"createAuthClient({\n\tplugins: [adminClient()],\n});\n",
			"createAuthClient({\n\tplugins: [adminClient(), atprotoAuthClient()],\n});\n",
		],
		[
			"a type of its own",
			"createAuthClient<Options>({ plugins: [adminClient()] });\n",
			"createAuthClient<Options>({ plugins: [adminClient(), atprotoAuthClient()] });\n",
		],
		[
			"options below each other",
			"createAuthClient({\n\tbaseURL,\n});\n",
			"createAuthClient({\n\tbaseURL,\n\tplugins: [atprotoAuthClient()],\n});\n",
		],
	])("%s", async (_, before, after) => {
		const path = "lib/auth-client.ts";
		const text = `${HEAD}export const auth = betterAuth({ database });\n`;
		const client = `${head}export const authClient = ${before}`;
		const done = await initTwice(makeApp("next react", { "lib/auth.ts": text, [path]: client }));
		expect(done.after[path]).toBe(`${head}${added}export const authClient = ${after}`);
		expect(done.next[0]).toContain("@better-auth-bsky/client");
	});
});

const AUTH = `${HEAD}export const auth = betterAuth({ baseURL, database });\n`;

describe("each framework gets a route and a page", () => {
	test.each<[name: string, dependencies: string, files: Files, added: string[]]>([
		[
			"Next.js",
			"next react",
			{ "src/lib/auth.ts": AUTH, "src/app/page.tsx": "" },
			["src/app/api/auth/[...all]/route.ts", "src/app/sign-in/page.tsx"],
		],
		[
			"Next.js with pages",
			"next react",
			{ "lib/auth.ts": AUTH, "pages/index.tsx": "" },
			["pages/api/auth/[...all].ts", "pages/sign-in.tsx"],
		],
		[
			"SvelteKit",
			"@sveltejs/kit svelte",
			{ "src/lib/server/auth.ts": AUTH },
			["src/routes/api/auth/[...all]/+server.ts", "src/routes/sign-in/+page.svelte"],
		],
		[
			"Nuxt",
			"nuxt",
			{ "server/utils/auth.ts": AUTH, "app/pages/index.vue": "" },
			["app/pages/sign-in.vue", "server/api/auth/[...all].ts"],
		],
		[
			"TanStack Start",
			"@tanstack/react-start react",
			{ "src/lib/auth.ts": AUTH },
			["src/routes/api/auth/$.ts", "src/routes/sign-in.tsx"],
		],
		[
			"TanStack Start in app/",
			"@tanstack/react-start react",
			{ "app/lib/auth.ts": AUTH, "app/routes/__root.tsx": "" },
			["app/routes/api/auth/$.ts", "app/routes/sign-in.tsx"],
		],
		[
			"Astro",
			"astro",
			{ "src/lib/auth.ts": AUTH },
			["src/pages/api/auth/[...all].ts", "src/pages/sign-in.astro"],
		],
		[
			"React Router",
			"@react-router/dev react",
			{
				"app/lib/auth.server.ts": AUTH,
				"app/routes.ts": `import { index, type RouteConfig } from "@react-router/dev/routes";\n\nexport default [index("routes/home.tsx")] satisfies RouteConfig;\n`,
			},
			["app/routes/api.auth.$.ts", "app/routes/sign-in.tsx"],
		],
	])("%s", async (_, dependencies, files, added) => {
		const done = await initTwice(makeApp(dependencies, files));
		expect(done.added).toEqual(added);
		expect(done.byHand).toEqual([]);
		for (const path of done.added) {
			if (/\.tsx?$/.test(path)) {
				parse(done.after[path] ?? "", { sourceType: "module", plugins: ["typescript", "jsx"] });
			}
		}
		if (dependencies.includes("react-router")) {
			expect(done.after["app/routes.ts"]).toBe(
				`import { index, type RouteConfig } from "@react-router/dev/routes";\nimport { route } from "@react-router/dev/routes";\n\nexport default [\n\tindex("routes/home.tsx"),\n\troute("api/auth/*", "routes/api.auth.$.ts"),\n\troute("sign-in", "routes/sign-in.tsx"),\n] satisfies RouteConfig;\n`,
			);
		}
	});

	const next = (path: string, text = "") => ({ [path]: AUTH, "app/layout.tsx": text });
	const alias = { "tsconfig.json": '{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }' };
	test.each<[name: string, files: Files, from: string]>([
		["as it is, by itself", next("lib/auth.ts"), "../../../../lib/auth"],
		["of a folder", next("lib/auth/index.ts"), "../../../../lib/auth"],
		["an .mts", next("lib/auth.mts"), "../../../../lib/auth.mjs"],
		["a .cts, by an alias", { ...next("lib/auth.cts"), ...alias }, "@/lib/auth.cjs"],
		["an .mjs", next("lib/auth.mjs"), "../../../../lib/auth.mjs"],
		[
			"an .mts, where sources are named",
			next("lib/auth.mts", 'import { a } from "./a.ts";\n'),
			"../../../../lib/auth.mts",
		],
		[
			"where sources are named",
			next("lib/auth.ts", 'import { a } from "./a.ts";\n'),
			"../../../../lib/auth.ts",
		],
		[
			"where they are named by what is compiled",
			next("lib/auth.ts", 'import { a } from "../lib/a.js";\n'),
			"../../../../lib/auth.js",
		],
		[
			"of a folder, where they are named so",
			next("lib/auth/index.ts", 'import { a } from "../lib/a.js";\n'),
			"../../../../lib/auth/index.js",
		],
		[
			"where one of them is JavaScript",
			next("lib/auth.ts", 'import { a } from "../lib/a.js";\nimport { b } from "./b";\n'),
			"../../../../lib/auth",
		],
	])("the file of auth is imported %s", async (_, files, from) => {
		const { after, added } = await initTwice(makeApp("next react", files));
		const [route = ""] = added.filter((path: string) => path.includes("/route."));
		expect(after[route]).toContain(`import { auth } from "${from}";`);
	});

	test.each([
		["Hono", "hono", ["auth.handler(c.req.raw)"]],
		["Express", "express", ['app.all("/api/auth/*splat", toNodeHandler(auth))']],
		["Express 4", "express@^4.21.0", ['app.all("/api/auth/*", toNodeHandler(auth))']],
		["another server", "polka", ["auth.handler(request)"]],
	])("%s gets the lines of it", async (_, dependencies, expected) => {
		const { added, byHand } = await initTwice(makeApp(dependencies, { "auth.ts": AUTH }));
		expect(added).toEqual([]);
		const lines = byHand.map(({ lines }: { lines: string }) => lines).join("\n");
		for (const line of expected) expect(lines).toContain(line);
	});

	test("Expo gets the client plugin, and a screen of its own views", async () => {
		const client = `import { createAuthClient } from "better-auth/react";\nexport const authClient = createAuthClient({ baseURL, plugins: [expoClient({ scheme: "a" })] });\n`;
		const { added, after, byHand, framework, next } = await initTwice(
			makeApp("expo react react-native", { "lib/auth-client.ts": client }),
		);
		expect(framework).toBe("expo");
		expect(added).toEqual([]);
		expect(after["lib/auth-client.ts"]).toContain(
			`expoClient({ scheme: "a" }), atprotoAuthClient()]`,
		);
		const [{ lines }] = byHand;
		expect(lines).toContain('from "react-native"');
		expect(lines).toContain("authClient.signIn.bsky(");
		expect(next).toEqual(["npm install @better-auth-bsky/client"]);
	});

	test.each([
		["react", "<BskyProvider authClient={authClient}>"],
		["vue", "@better-auth-bsky/vue"],
		["svelte", "@better-auth-bsky/svelte"],
		["solid-js", "configure({ authClient })"],
	])(
		"a front end of Vite with %s gets the client plugin, and the lines of a page",
		async (ui, line) => {
			const client = `import { createAuthClient } from "better-auth/client";\nexport const authClient = createAuthClient({ baseURL: "http://localhost:3000" });\n`;
			const { added, after, byHand } = await initTwice(
				makeApp(`vite ${ui}`, { "src/auth-client.ts": client }),
			);
			expect(added).toEqual([]);
			expect(after["src/auth-client.ts"]).toContain("plugins: [atprotoAuthClient()]");
			expect(byHand).toEqual([expect.objectContaining({ lines: expect.stringContaining(line) })]);
		},
	);
});

test("SvelteKit's hook alone doesn't answer on 127.0.0.1, so a route does", async () => {
	const hooks = `import { svelteKitHandler } from "better-auth/svelte-kit";\nexport const handle = ({ event, resolve }) => svelteKitHandler({ auth, event, resolve });\n`;
	const files = { "src/lib/auth.ts": AUTH, "src/hooks.server.ts": hooks };
	const { added, before, after } = await initTwice(makeApp("@sveltejs/kit svelte", files));
	expect(added).toContain("src/routes/api/auth/[...all]/+server.ts");
	expect(after["src/hooks.server.ts"]).toBe(before["src/hooks.server.ts"]);
});

test("a file that nobody may write to is named, and nothing is written", async () => {
	const root = makeApp("next react", { "lib/auth.ts": AUTH, "app/layout.tsx": "" });
	chmodSync(join(root, "lib/auth.ts"), 0o444);
	const before = filesOf(root);
	const { code, err } = await run("init", "--cwd", root, "--yes");
	expect(code).toBe(2);
	expect(err).toContain("lib/auth.ts may not be written to");
	expect(filesOf(root)).toEqual(before);
});

// Root may read all.
test.skipIf(process.getuid?.() === 0)("a folder of somebody else's isn't looked into", async () => {
	const root = makeApp("next react", { "lib/auth.ts": AUTH, "pgdata/base/1.ts": "" });
	chmodSync(join(root, "pgdata"), 0);
	onTestFinished(() => chmodSync(join(root, "pgdata"), 0o700));
	expect(await init(root)).toMatchObject({ code: 1, config: "lib/auth.ts" });
});

test("a file that is no UTF-8 is named, and nothing is written", async () => {
	const root = makeApp("next react", { "lib/auth.ts": "", "app/layout.tsx": "" });
	const bytes = Buffer.from(`// für uns\n${AUTH}`, "latin1");
	writeFileSync(join(root, "lib/auth.ts"), bytes);
	const before = filesOf(root);
	const { code, err } = await run("init", "--cwd", root, "--yes");
	expect(code).toBe(2);
	expect(err).toContain("lib/auth.ts is no UTF-8");
	expect(readFileSync(join(root, "lib/auth.ts"))).toEqual(bytes);
	expect(filesOf(root)).toEqual(before);
});

test("a page of that name is never overwritten", async () => {
	const files = { "lib/auth.ts": AUTH, "app/sign-in/page.tsx": "export default () => null;\n" };
	const { after, byHand, code } = await initTwice(makeApp("next react", files));
	expect(after["app/sign-in/page.tsx"]).toBe(files["app/sign-in/page.tsx"]);
	expect(byHand).toMatchObject([{ path: "app/sign-in/page.tsx" }]);
	expect(code).toBe(1);
});

describe("an address that the app has something at, by any name, gets no second file", () => {
	test.each<[name: string, dependencies: string, files: Files]>([
		["a group of routes", "next react", { "app/(auth)/sign-in/page.tsx": "" }],
		["two groups, and src", "next react", { "src/app/(site)/(auth)/sign-in/page.jsx": "" }],
		["a route without a page", "next react", { "app/(api)/sign-in/route.ts": "" }],
		["pages with an index", "next react", { "pages/sign-in/index.tsx": "" }],
		["JavaScript beside TypeScript", "next react", { "pages/sign-in.js": "" }],
		[
			"a group of SvelteKit's",
			"@sveltejs/kit svelte",
			{ "src/routes/(auth)/sign-in/+page.svelte": "" },
		],
		["Nuxt with an index", "nuxt", { "app/pages/sign-in/index.vue": "" }],
		["Astro with an index", "astro", { "src/pages/sign-in/index.astro": "" }],
		[
			"a group of TanStack's",
			"@tanstack/react-start react",
			{ "src/routes/(auth)/sign-in.tsx": "" },
		],
		[
			"a layout without a path",
			"@tanstack/react-start react",
			{ "src/routes/_auth.sign-in.tsx": "" },
		],
		[
			"a folder of that",
			"@tanstack/react-start react",
			{ "src/routes/_auth/sign-in/index.tsx": "" },
		],
		[
			"React Router's list",
			"@react-router/dev react",
			{
				"app/routes.ts": `import { route } from "@react-router/dev/routes";\nexport default [route("/sign-in", "pages/login.tsx")];\n`,
			},
		],
	])("%s", async (_, dependencies, files) => {
		const { added, byHand, after } = await initTwice(
			makeApp(dependencies, { "lib/auth.ts": AUTH, ...files }),
		);
		expect(added.filter((path: string) => path.includes("sign-in"))).toEqual([]);
		expect(byHand).toMatchObject([{ path: Object.keys(files)[0], what: "A page to sign in" }]);
		expect(after["app/routes.ts"] ?? "").not.toContain("routes/sign-in");
	});

	test("a page of Next.js needs a layout above it", async () => {
		const files = {
			"lib/auth.ts": AUTH,
			"app/[locale]/layout.tsx": "",
			"app/[locale]/page.tsx": "",
		};
		const { added, byHand } = await initTwice(makeApp("next react", files));
		expect(added).toEqual(["app/api/auth/[...all]/route.ts"]);
		expect(byHand).toMatchObject([{ path: "app/[locale]/layout.tsx", what: "A page to sign in" }]);
	});

	test.each<[name: string, dependencies: string, path: string]>([
		["NextAuth", "next react", "app/api/auth/[...nextauth]/route.ts"],
		["NextAuth with pages", "next react", "pages/api/auth/[...nextauth].ts"],
		["a step below", "next react", "app/api/auth/[provider]/callback/route.ts"],
		["SvelteKit", "@sveltejs/kit svelte", "src/routes/api/auth/[...path]/+server.ts"],
		["Nuxt", "nuxt", "server/api/auth/[...].ts"],
	])("a route of somebody else's: %s", async (_, dependencies, path) => {
		const files = { "lib/auth.ts": AUTH, [path]: "export const GET = theirs;\n" };
		const { added, byHand } = await initTwice(makeApp(dependencies, files));
		expect(added.filter((each: string) => each.includes("api/auth"))).toEqual([]);
		expect(byHand).toContainEqual(
			expect.objectContaining({ path, lines: expect.stringMatching(/\bauth\b/) }),
		);
	});
});

test.each<[name: string, path: string, text: string]>([
	["a handler of a page's own", "app/menu.tsx", "toggleHandler(); toastHandler('saved');\n"],
	["a handler of h3's", "app/h3.ts", "toWebHandler(app);\n"],
	["a test", "lib/auth.test.ts", "await auth.handler(request);\n"],
	["a folder of tests", "tests/sign-in.ts", "await auth.handler(request); // bsky/sign-in\n"],
	["a test in a browser", "e2e/a.spec.ts", "goto('/api/auth/bsky/sign-in'); auth.handler(x);\n"],
])("%s doesn't answer for better-auth, nor is it a page", async (_, path, text) => {
	const files = { "lib/auth.ts": AUTH, "app/layout.tsx": "", [path]: text };
	const { added, byHand } = await initTwice(makeApp("next react", files));
	expect(added).toEqual(["app/api/auth/[...all]/route.ts", "app/sign-in/page.tsx"]);
	expect(byHand).toEqual([]);
});

test("a client that a test makes isn't the app's", async () => {
	const client = `import { createAuthClient } from "better-auth/client";\nexport const authClient = createAuthClient();\n`;
	const files = { "lib/auth.ts": AUTH, "lib/auth-client.ts": client, "e2e/a.spec.ts": client };
	const { after, byHand } = await initTwice(makeApp("next react", files));
	expect(after["lib/auth-client.ts"]).toContain("atprotoAuthClient()");
	expect(after["e2e/a.spec.ts"]).toBe(client);
	expect(byHand).toEqual([]);
});

test("an auth that can't be imported gets no route", async () => {
	const text = `${HEAD}export const createAuth = () => betterAuth({ database });\n`;
	const { added, byHand } = await initTwice(
		makeApp("next react", { "lib/auth.ts": text, "app/x.ts": "" }),
	);
	expect(added).toEqual([".env", "app/sign-in/page.tsx"]);
	expect(byHand).toHaveLength(1);
});

test("a file without imports is written on as it is", async () => {
	const config = `export default defineNuxtConfig({\n  compatibilityDate: '2025-07-15',\n  modules: ['@nuxt/ui']\n})\n`;
	const files = { "server/utils/auth.ts": AUTH, "pages/a.vue": "", "pnpm-lock.yaml": "" };
	const { after } = await initTwice(makeApp("nuxt", { ...files, "nuxt.config.ts": config }));
	expect(after["nuxt.config.ts"]).toContain("inline: ['@better-auth-bsky', '@atproto', 'undici']");
});

test("a file that --config names may be anywhere", async () => {
	const text = `${HEAD}export const auth = betterAuth({ baseURL, database });\n`;
	const root = makeApp("next react", {
		"packages/auth/index.ts": text,
		"apps/web/package.json": '{ "dependencies": { "next": "*", "react": "*" } }',
	});
	const web = join(root, "apps/web");
	const config = ["--yes", "--config", "../../packages/auth/index.ts"];
	const first = await init(web, ...config);
	expect(first.files[0].path).toBe("../../packages/auth/index.ts");
	const route = readFileSync(join(web, "app/api/auth/[...all]/route.ts"), "utf8");
	expect(route).toContain('from "../../../../../../packages/auth"');
	expect(await init(web, ...config)).toMatchObject({ code: 0, files: [], byHand: [] });
});

test.each(['basePath: "/auth"', 'basePath: "auth/"', 'baseURL: "http://localhost:3000/auth/"'])(
	"a base path of its own is where the route and the component are: %s",
	async (option) => {
		const text = `${HEAD}export const auth = betterAuth({ ${option}, database });\n`;
		const { after } = await initTwice(
			makeApp("next react", { "lib/auth.ts": text, "app/x.ts": "" }),
		);
		expect(after["app/auth/[...all]/route.ts"]).toContain("toNextJsHandler(auth)");
		expect(after["app/sign-in/page.tsx"]).toContain('baseURL="/auth"');
	},
);

const vite = (options: string): Files => ({
	"vite.config.ts": `export default defineConfig({ ${options} });\n`,
});

describe("settings", () => {
	const text = `${HEAD}export const auth = betterAuth({ database });\n`;
	const SECRET = "a-secret-that-nobody-may-read";

	test("are added where they are missing, and what is there is shown to nobody", async () => {
		const files = {
			"lib/auth.ts": text,
			".env": `BETTER_AUTH_SECRET=${SECRET}`,
			".env.example": "BETTER_AUTH_SECRET=\n",
		};
		const root = makeApp("next react", files);
		const shown = await run("init", "--cwd", root);
		const { after, out } = await initTwice(root);
		expect(after[".env"]).toBe(`${files[".env"]}\n\nBETTER_AUTH_URL=http://localhost:3000\n`);
		expect(after[".env.example"]).toMatch(
			/^BETTER_AUTH_SECRET=\n\nBETTER_AUTH_URL=.+\n# .+\nBSKY_PRIVATE_KEY=\n$/,
		);
		expect(`${out}${shown.out}${shown.err}`).not.toContain(SECRET);
	});

	test("with a byte order mark are read as the app reads them", async () => {
		const files = { "lib/auth.ts": text, ".env": "\uFEFFBETTER_AUTH_URL=http://localhost:3000\n" };
		const root = makeApp("next react", files);
		writeFileSync(
			join(root, "package.json"),
			`\uFEFF${readFileSync(join(root, "package.json"), "utf8")}`,
		);
		const { after } = await initTwice(root);
		expect(after[".env"]).toBe(files[".env"]);
	});

	test.each<[name: string, dependencies: string, dev: string, files: Files, port: number]>([
		["Next.js, short", "next react", "next dev -p 4000", {}, 4000],
		["Next.js, long", "next react", "next dev --turbopack --port=4001", {}, 4001],
		["the environment", "next react", "PORT=4002 next dev", {}, 4002],
		["one of several", "next react", 'concurrently "next dev -p 4003" "node jobs"', {}, 4003],
		[
			"a front end's beside a server",
			"vite react express",
			'concurrently "vite --port 4" "node a"',
			{},
			3000,
		],
		[
			"Vite's file",
			"@sveltejs/kit svelte",
			"vite dev",
			vite("server: { host: true, port: 4004 }"),
			4004,
		],
		[
			"what Vite shows, not serves",
			"@sveltejs/kit",
			"vite dev",
			vite("preview: { port: 4 }"),
			5173,
		],
		[
			"a script before the file",
			"@sveltejs/kit",
			"vite --port 4005",
			vite("server: { port: 4 }"),
			4005,
		],
		[
			"Nuxt's file",
			"nuxt",
			"nuxt dev",
			{ "nuxt.config.ts": "export default defineNuxtConfig({ devServer: { port: 4006 } });\n" },
			4006,
		],
		["Wrangler", "hono", "wrangler dev", {}, 8787],
		["Vite's own", "@tanstack/react-start react", "vite dev", {}, 5173],
		["Vinxi's own", "@tanstack/react-start react", "vinxi dev", {}, 3000],
		["Wrangler at another", "hono", "wrangler dev --port 4007", {}, 4007],
		["nothing said", "hono", "tsx watch src/index.ts", {}, 3000],
	])("know the port of the development server: %s", async (_, dependencies, dev, files, port) => {
		const root = makeApp(dependencies, { "lib/auth.ts": text, ...files });
		const path = join(root, "package.json");
		const manifest = JSON.parse(readFileSync(path, "utf8"));
		writeFileSync(path, JSON.stringify({ ...manifest, scripts: { dev } }));
		const { after } = await initTwice(root);
		expect(after[".env"]).toBe(`BETTER_AUTH_URL=http://localhost:${port}\n`);
	});

	test("are filled in where they stand empty, and where nobody else's is", async () => {
		const files = {
			"lib/auth.ts": text,
			".env": "A=1\n",
			".env.local": `SECRET=${SECRET}\nBETTER_AUTH_URL= # here\nB=2\n`,
		};
		const { after, out } = await initTwice(makeApp("next react", files));
		expect(after[".env"]).toBe(files[".env"]);
		expect(after[".env.local"]).toBe(
			`SECRET=${SECRET}\nBETTER_AUTH_URL=http://localhost:3000\nB=2\n`,
		);
		expect(out).not.toContain(SECRET);
	});

	test.each([
		["hono", 4008],
		// It has begun to listen before it reads that.
		["next react", 3000],
	])("know the port that they name themselves, for a server: %s", async (dependencies, port) => {
		const files = { "lib/auth.ts": text, ".env": "PORT=4008\n" };
		const { after } = await initTwice(makeApp(dependencies, files));
		expect(after[".env"]).toContain(`BETTER_AUTH_URL=http://localhost:${port}\n`);
	});

	test.each([
		["in another name of better-auth's", "NEXT_PUBLIC_BETTER_AUTH_URL=http://localhost:4000\n"],
		["behind export", "export BETTER_AUTH_URL=http://localhost:4000\n"],
	])("aren't added where they are there %s", async (_, own) => {
		const example = "export BETTER_AUTH_URL=\nexport BSKY_PRIVATE_KEY=\n";
		const files = { "lib/auth.ts": text, ".env": own, ".env.example": example };
		const { after } = await initTwice(makeApp("next react", files));
		expect(after).toMatchObject({ ".env": own, ".env.example": example });
	});

	test("go into another file where a folder has the name of the usual one", async () => {
		const files = { "lib/auth.ts": text, ".env/bin/python": "" };
		const { after } = await initTwice(makeApp("next react", files));
		expect(after[".env.local"]).toBe("BETTER_AUTH_URL=http://localhost:3000\n");
	});

	test("a new file of them is its owner's", async () => {
		const root = makeApp("next react", { "lib/auth.ts": text });
		await init(root, "--yes");
		expect(statSync(join(root, ".env")).mode & 0o777).toBe(0o600);
	});
});

describe("what to run next", () => {
	const withDatabase = (database: string) =>
		`${HEAD}export const auth = betterAuth({ baseURL, database: ${database} });\n`;
	test.each<[name: string, files: Files, next: RegExp[]]>([
		[
			"Kysely",
			{ "lib/auth.ts": AUTH },
			[/^npm install /, /^npx auth migrate --config lib\/auth.ts$/],
		],
		[
			"Drizzle with pnpm",
			{ "lib/auth.ts": withDatabase("drizzleAdapter(db, {})"), "pnpm-lock.yaml": "" },
			[
				/^pnpm add /,
				/^pnpm dlx auth generate --config lib\/auth.ts$/,
				/^pnpm exec drizzle-kit push$/,
			],
		],
		[
			"Drizzle with a schema of better-auth's alone, and migrations",
			{
				"lib/auth.ts": withDatabase("drizzleAdapter(db, {})"),
				"drizzle/meta/_journal.json": "{}",
				"db/auth.ts": ["user", "session", "account", "verification"]
					.map((name) => `export const ${name} = pgTable("${name}", {});`)
					.join("\n"),
			},
			[
				/^npm/,
				/generate --config lib\/auth.ts --output db\/auth.ts --yes$/,
				/drizzle-kit generate$/,
				/drizzle-kit migrate$/,
			],
		],
		[
			"Drizzle with migrations in a folder of the app's own",
			{
				"lib/auth.ts": withDatabase("drizzleAdapter(db, {})"),
				"drizzle.config.ts": `export default defineConfig({ out: "./src/db/migrations" });\n`,
				"src/db/migrations/0000_first.sql": "",
			},
			[/^npm/, /generate --config lib\/auth.ts$/, /drizzle-kit generate$/, /drizzle-kit migrate$/],
		],
		[
			"Drizzle with tables of the app's among them",
			{
				"lib/auth.ts": withDatabase("drizzleAdapter(db, {})"),
				"db/schema.ts": ["user", "session", "account", "verification", "todo"]
					.map((name) => `export const ${name} = pgTable("${name}", {});`)
					.join("\n"),
			},
			[/^npm/, /^npx auth generate --config lib\/auth.ts$/, /^npx drizzle-kit push$/],
		],
		[
			"Prisma with bun",
			{ "lib/auth.ts": withDatabase("prismaAdapter(prisma, {})"), "bun.lock": "" },
			[/^bun add /, /^bunx auth generate/, /^bunx prisma db push$/, /^bunx prisma generate$/],
		],
		[
			"D1, with migrations",
			{
				"src/auth.ts": withDatabase("env.DB"),
				"wrangler.jsonc": `{\n\t// The database.\n\t"d1_databases": [{ "binding": "DB" }],\n}\n`,
				"migrations/0001_auth.sql": "",
				"migrations/0009_todos.sql": "",
			},
			[
				/^npm/,
				/^npx auth generate --config tables.ts --output migrations\/0010_bluesky.sql --yes$/,
				/^npx wrangler d1 migrations apply DB --local$/,
			],
		],
		[
			"D1 by Drizzle",
			{
				"src/auth.ts": withDatabase("drizzleAdapter(drizzle(env.APP), {})"),
				"wrangler.toml": `[[d1_databases]]\nbinding = "APP"\nmigrations_dir = "drizzle"\n`,
			},
			[
				/^npm/,
				/^npx auth generate --config src\/auth.ts$/,
				/^npx drizzle-kit generate$/,
				/^npx wrangler d1 migrations apply APP --local$/,
			],
		],
		[
			"a worker whose D1 isn't better-auth's",
			{
				"lib/auth.ts": withDatabase("pool"),
				"wrangler.jsonc": `{ "d1_databases": [{ "binding": "CACHE" }] }`,
			},
			[/^npm/, /^npx auth migrate --config lib\/auth.ts$/],
		],
	])("%s", async (_, files, next) => {
		const report = await init(makeApp("next react", { "app/x.ts": "", ...files }));
		expect(report.next).toEqual(next.map((pattern) => expect.stringMatching(pattern)));
	});
});

test("the route of an app whose options aren't understood is printed, as its framework has it", async () => {
	const text = `${HEAD}import { options } from "./options";\nexport const auth = betterAuth(options);\n`;
	const { byHand } = await init(
		makeApp("next react", { "lib/auth.ts": text, "app/layout.tsx": "" }),
	);
	expect(byHand).toContainEqual({
		path: "app/api/auth/[...all]/route.ts",
		what: "What answers for better-auth, unless basePath is another",
		lines: `import { toNextJsHandler } from "better-auth/next-js";\nimport { auth } from "../../../../lib/auth";\n\nexport const { GET, POST } = toNextJsHandler(auth);\n`,
	});
});

test.each([
	["a function that makes it once", "getAuth().handler(request)"],
	["one with settings", "createAuth(env).handler(request)"],
	["one with settings that are made, too", "initAuth(bindings(c)).handler(c.req.raw)"],
	["one that is waited for", "(await getAuth()).handler(request)"],
	["a name of its own", "serverAuth.handler(request)"],
])("what answers by %s is seen", async (_, call) => {
	const files = {
		"lib/auth.ts": AUTH,
		"app/layout.tsx": "",
		"app/api/auth/[...all]/route.ts": call,
	};
	const moved = { ...files, "lib/auth.ts": AUTH.replace("const auth =", "const makeAuth = () =>") };
	for (const each of [files, moved]) {
		const { added, byHand } = await initTwice(makeApp("next react", each));
		expect(added).toEqual(["app/sign-in/page.tsx"]);
		expect(byHand).toEqual([]);
	}
});

test("a file that names it in a comment alone isn't the one", async () => {
	const files = {
		"auth.ts": `import NextAuth from "next-auth"; // betterAuth() is in lib/auth.ts\n/* betterAuth({}) */\nexport const { auth } = NextAuth({});\n`,
		"lib/auth.ts": AUTH,
		"app/layout.tsx": "",
	};
	const { config, after, byHand } = await initTwice(makeApp("next react", files));
	expect(config).toBe("lib/auth.ts");
	expect(after["auth.ts"]).toBe(files["auth.ts"]);
	expect(byHand).toEqual([]);
});

test("above the packages of a repository it says in which of them it is to run", async () => {
	const root = makeApp("turbo", {
		"apps/web/package.json": "{}",
		"apps/web/src/lib/auth.ts": AUTH,
		"packages/ui/package.json": "{}",
		"site/package.json": "{}",
		"site/auth.ts": AUTH,
		"packages/auth/package.json": "{}",
		"packages/auth/src/server/index.ts": AUTH,
		"apps/phone/package.json": "{}",
		"apps/phone/client.ts": "export const authClient = createAuthClient();\n",
	});
	const { code, err } = await run("init", "--cwd", root);
	expect(code).toBe(2);
	expect(err).toContain("--cwd apps/web");
	expect(err).toContain("--cwd site");
	expect(err).toContain("--cwd packages/auth");
	expect(err).toContain("--cwd apps/phone");
	expect(err).not.toContain("packages/ui");
});

test.each([
	["yarn.lock", "# yarn lockfile v1\n", "npx auth migrate"],
	["yarn.lock", "__metadata:\n  version: 8\n", "yarn dlx auth migrate"],
	["package.json", { packageManager: "yarn@1.22.22" }, "npx auth migrate"],
	["package.json", { packageManager: "yarn@4.9.0" }, "yarn dlx auth migrate"],
	["package.json", { devEngines: { packageManager: { name: "pnpm" } } }, "pnpm dlx auth migrate"],
])("the package manager that %s names by %j runs: %s", async (path, said, command) => {
	const root = makeApp("next react", { "lib/auth.ts": AUTH });
	const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
	const text = typeof said === "string" ? said : JSON.stringify({ ...manifest, ...said });
	writeFileSync(join(root, path), text);
	expect((await init(root)).next).toContainEqual(expect.stringMatching(`^${command}`));
});

test.each([
	["next react better-auth@1.4.5", true],
	["next react better-auth@~1.6.0", true],
	["next react better-auth@1.7.3", false],
	["next react better-auth@^1.7.3", false],
	["next react better-auth@catalog:", false],
])("%s isn't installed yet: whether it asks for a newer one", async (dependencies, isAsked) => {
	const { next } = await init(makeApp(dependencies, { "lib/auth.ts": AUTH }));
	expect(next.includes("npm install better-auth@latest")).toBe(isAsked);
});

test.each([
	["vite dev", "package-lock.json", "npm run dev -- --host 127.0.0.1"],
	["vite dev", "pnpm-lock.yaml", "pnpm run dev --host 127.0.0.1"],
	["vite dev --host", "package-lock.json", "npm run dev"],
	["NODE_ENV=development vite dev --open", "yarn.lock", "yarn run dev --host 127.0.0.1"],
	["react-router dev", "bun.lock", "bun run dev --host 127.0.0.1"],
	["node server.ts", "package-lock.json", "npm run dev"],
	["vite dev & node api.ts", "package-lock.json", "npm run dev"],
	['concurrently "vite" "node api.ts"', "package-lock.json", "npm run dev"],
	["vite build && vite preview", "package-lock.json", "npm run dev"],
])("with %j and %s people come back: %s", async (dev, lockfile, command) => {
	const root = makeApp("@sveltejs/kit svelte vite", {
		"src/lib/server/auth.ts": AUTH,
		[lockfile]: "",
	});
	const path = join(root, "package.json");
	const manifest = JSON.parse(readFileSync(path, "utf8"));
	writeFileSync(path, JSON.stringify({ ...manifest, scripts: { dev } }));
	expect((await init(root)).next.at(-1)).toBe(command);
});

test("nobody to ask: it shows the diff, writes nothing, and says that something is left", async () => {
	const root = makeApp("next react", { "lib/auth.ts": AUTH, "app/x.ts": "" });
	const before = filesOf(root);
	const { code, out } = await run("init", "--cwd", root);
	expect(code).toBe(1);
	expect(out).toContain("+import { atprotoAuth }");
	expect(out).toContain("Nothing is written");
	expect(filesOf(root)).toEqual(before);
});

test("once it is all there, it says so", async () => {
	const root = makeApp("next react", { "lib/auth.ts": AUTH, "app/x.ts": "" });
	await init(root, "--yes");
	const { code, out } = await run("init", "--cwd", root);
	expect(code).toBe(0);
	expect(out).toContain("Nothing to do");
});

test("below the folder of the app it says which that is", async () => {
	const root = makeApp("next react", { "src/lib/auth.ts": AUTH });
	const { code, err } = await run("init", "--cwd", join(root, "src/lib"));
	expect(code).toBe(2);
	expect(err).toContain(`--cwd ${root}`);
});

test("no better-auth, no package.json: it could not run, and says what to do", async () => {
	const nothing = await run("init", "--cwd", makeApp("next", {}));
	expect(nothing).toMatchObject({ code: 2, err: expect.stringContaining("--config") });
	const empty = await run("init", "--cwd", mkdtempSync(join(tmpdir(), "bsky-init-")));
	expect(empty).toMatchObject({ code: 2, err: expect.stringContaining("--cwd") });
});
