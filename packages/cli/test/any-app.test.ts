import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { inTime } from "../src/app-process.ts";
import { SECRET } from "./older.ts";
import { runWith } from "./run.ts";

/** What commands make of apps that aren't as one would like them: each ends, and says why it couldn't run. */

const COMMANDS = [["doctor"], ["migrate", "--from", "better-auth-atproto@0.1"], ["rotate"]];

/** A folder with an `auth.ts`, from where imports find what this package has. */
function appWith(code: string): string {
	const folder = mkdtempSync(join(import.meta.dirname, ".app-"));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	writeFileSync(join(folder, "auth.ts"), code);
	return folder;
}

const run = (folder: string, command: readonly string[]) =>
	runWith(
		{ BETTER_AUTH_SECRET: SECRET, BETTER_AUTH_URL: "http://localhost:9" },
		...[...command, "--cwd", folder, "--config", "auth.ts"],
	);

const IMPORTS = `import { DatabaseSync } from "node:sqlite";
import { atprotoAuth } from "@better-auth-bsky/core";
import { betterAuth } from "better-auth";
`;

const eachCommand = COMMANDS.map((command) => [command.join(" "), command] as const);

test.each(eachCommand)("%s ends, whatever the app keeps open", async (_, command) => {
	const folder = appWith(`${IMPORTS}
import { createServer } from "node:http";
import { getMigrations } from "better-auth/db/migration";
createServer().listen(0, "127.0.0.1");
setInterval(() => {}, 1000);
const database = new DatabaseSync(":memory:");
export const auth = betterAuth({ database, plugins: [atprotoAuth()], logger: { disabled: true } });
await (await getMigrations(auth.options)).runMigrations();
`);
	const { code, out, err } = await run(folder, command);
	expect(err).toBe("");
	expect(out).not.toBe("");
	expect(code).not.toBe(2);
});

test.each<[string, string, string]>([
	["throws", `throw new Error("there is no DATABASE_URL");`, "there is no DATABASE_URL"],
	["throws no error", `throw "nothing that is an error";`, "nothing that is an error"],
	["rejects", `await Promise.reject(new Error("no vault"));`, "no vault"],
	["is no TypeScript", "export const auth = {", "auth.ts"],
	["asks for what isn't installed", `import "nobody-has-this";`, "nobody-has-this"],
	["has no auth", "export const nothing = 1;", "exports no `auth`"],
	[
		"has no plugin",
		`${IMPORTS}export const auth = betterAuth({ database: new DatabaseSync(":memory:") });`,
		"atprotoAuth()",
	],
	[
		"has no tables",
		`${IMPORTS}export const auth = betterAuth({ database: new DatabaseSync(":memory:"), plugins: [atprotoAuth()], logger: { disabled: true } });`,
		"",
	],
	[
		"has a wrong option",
		`${IMPORTS}export const auth = betterAuth({ database: new DatabaseSync(":memory:"), plugins: [atprotoAuth({ privateKey: "no key" })], logger: { disabled: true } });`,
		"privateKey",
	],
])("an app that %s: each command says so in words", async (_, code, said) => {
	const folder = appWith(code);
	for (const command of COMMANDS) {
		const { code, out, err } = await run(folder, command);
		// What is a finding for one is why another can't run.
		expect.soft(code, command[0]).toBe(out === "" ? 2 : 1);
		expect.soft(err + out, command[0]).toContain(said);
		expect.soft(err + out, command[0]).not.toMatch(/^\s+at .*:\d+/m);
		expect.soft((err + out).trim(), command[0]).not.toBe("");
	}
});

/** An app that is fine, and does something else besides. */
const appThat = (does: string) => `${IMPORTS}
import { getMigrations } from "better-auth/db/migration";
const database = new DatabaseSync(":memory:");
export const auth = betterAuth({ database, plugins: [atprotoAuth()], logger: { disabled: true } });
await (await getMigrations(auth.options)).runMigrations();
${does}
`;

test.each(eachCommand)("%s --json is JSON, whatever the app prints", async (_, command) => {
	const says = `console.log("connected"); process.stdout.write("[db] pool of 10\\n"); console.table([1]); process.on("exit", () => console.log("bye"));`;
	const { code, out, err } = await run(appWith(appThat(says)), [...command, "--json"]);
	expect(() => JSON.parse(out)).not.toThrow();
	expect(err).toContain("[db] pool of 10");
	expect(err).toContain("bye");
	expect(code).not.toBe(2);
});

test.each<[string, string, string]>([
	["ends the process as if all were well", "process.exit(0);", "exit(0)"],
	["ends it since a setting is missing", "process.exit(1);", "exit(1)"],
	["ends it in between", "await 1; process.exitCode = 3; process.exit();", "exit(3)"],
	["waits for what never comes", "await new Promise(() => {});", "never comes"],
	[
		"fails in the background",
		`Promise.reject(new Error("the cache is cold"));`,
		"the cache is cold",
	],
	[
		"fails a little later",
		`setTimeout(() => { throw new Error("redis is gone"); }, 1); await new Promise((resolve) => setTimeout(resolve, 50));`,
		"redis is gone",
	],
])("an app that %s: no command takes that for an answer", async (_, does, said) => {
	const folder = appWith(appThat(does));
	for (const command of COMMANDS) {
		const { code, out, err } = await run(folder, [...command, "--json"]);
		expect.soft(code, command[0]).toBe(2);
		expect.soft(out, command[0]).toBe("");
		expect.soft(err, command[0]).toContain(said);
		expect.soft(err, command[0]).not.toMatch(/^\s+at .*:\d+/m);
	}
});

test("an app that waits for what never comes, and keeps something open, is given up", async () => {
	vi.useFakeTimers();
	onTestFinished(() => void vi.useRealTimers());
	const waits = inTime(new Promise(() => {}), "The app");
	const refused = expect(waits).rejects.toThrow("The app waits for something that never comes");
	await vi.advanceTimersByTimeAsync(60_000);
	await refused;
});

test("env files are read as often as they are named, and one that isn't there is named", async () => {
	const { ONE, TWO } = { ONE: "process.env.ONE", TWO: "process.env.TWO" };
	const folder = appWith(`throw new Error([${ONE}, ${TWO}].join());`);
	const file = (name: string, text: string) => {
		writeFileSync(join(folder, name), text);
		return ["--env", join(folder, name)];
	};
	file(".env", "ONE=usual\n");
	const one = file("one.env", "ONE=first\n");
	const two = file("two.env", "TWO=second\n");
	const said = async (...args: string[]) => (await run(folder, ["doctor", ...args])).err;
	expect(await said()).toContain("usual,");
	expect(await said(...one, ...two, "https://shop.dev")).toContain("first,second");
	expect(await said("--env", "three.env")).toContain("three.env");
});

test("a worker's settings are found, and a database that isn't there is no good news", async () => {
	const folder = appWith(`${IMPORTS}
import { env } from "cloudflare:workers";
const { BETTER_AUTH_SECRET: secret, APP_URL: baseURL } = env;
export const auth = betterAuth({ baseURL, secret, database: env.DB, plugins: [atprotoAuth()] });
`);
	writeFileSync(join(folder, ".dev.vars"), "APP_URL=http://localhost:9/worker\n");
	const { code, out } = await run(folder, ["doctor"]);
	expect(out).toContain("http://localhost:9/worker, as");
	expect(out).toMatch(/Database {2}betterAuth\(\) has none here/);
	// Of three, two weren't looked at.
	expect(out.match(/nothing is wrong/g)).toHaveLength(1);
	expect(code).toBe(0);
});

test("a folder in the place of a file is no file", async () => {
	const folder = appWith(appThat(""));
	mkdirSync(join(folder, ".env"));
	mkdirSync(join(folder, "other"));
	expect(await run(folder, ["doctor"])).toMatchObject({ code: 0, err: "" });
	for (const option of ["--env", "--config"]) {
		const args = ["doctor", "--cwd", folder, option, join(folder, "other")];
		const { code, err } = await runWith({}, ...args);
		expect(err).toContain(`There is no file ${join(folder, "other")}, which ${option} names.`);
		expect(code).toBe(2);
	}
});

test.each([
	["by an alias of jsconfig.json", 'import { says } from "@/says";', true],
	["out of Astro's settings", 'import { SAYS as says } from "astro:env/client";', false],
])("what an app imports %s is found", async (_, line, isFile) => {
	const folder = appWith(`${line}\nthrow new Error(says);`);
	mkdirSync(join(folder, "src"));
	const paths =
		'{\n\t// As Next.js makes it.\n\t"compilerOptions": { "paths": { "@/*": ["./src/*"] } }\n}';
	if (isFile) writeFileSync(join(folder, "jsconfig.json"), paths);
	if (isFile) writeFileSync(join(folder, "src/says.js"), 'export const says = "it is found";');
	writeFileSync(join(folder, ".env"), "SAYS='it is found'\n");
	const { err } = await run(folder, ["doctor"]);
	expect(err).toContain("can't be loaded: it is found");
});
