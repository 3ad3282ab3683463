import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
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
