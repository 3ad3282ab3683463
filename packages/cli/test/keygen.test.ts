import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atprotoAuth } from "@better-auth-bsky/core";
import { betterAuth } from "better-auth";
import { expect, test } from "vitest";
import { run } from "./run.ts";

const folder = () => mkdtempSync(join(tmpdir(), "bsky-keygen-"));
const KEY_LINE = /^BSKY_PRIVATE_KEY=([\w-]+)\n$/;

test("a key is made that core takes, by the key ID that was said", async () => {
	const cwd = folder();
	const { code, out } = await run("keygen", "--cwd", cwd, "--json");
	expect(code).toBe(0);
	const [, key = ""] = KEY_LINE.exec(readFileSync(join(cwd, ".env"), "utf8")) ?? [];
	const auth = betterAuth({
		baseURL: "https://myapp.com",
		secret: "a secret of a test, thirty-two characters",
		plugins: [atprotoAuth({ privateKey: key, clientMetadata: { clientName: "My App" } })],
	});
	const response = await auth.handler(new Request("https://myapp.com/api/auth/bsky/jwks.json"));
	expect(await response.json()).toMatchObject({ keys: [{ kid: JSON.parse(out).kid }] });
	expect(out).not.toContain(key);
});

test("it goes into another file, which need not be there yet", async () => {
	const cwd = folder();
	const { code, err } = await run("keygen", "--cwd", cwd, "--write", ".env.production");
	expect(err).not.toContain("not found");
	expect(code).toBe(0);
	expect(readFileSync(join(cwd, ".env.production"), "utf8")).toMatch(KEY_LINE);
});

test("a second one is refused, and the first stays", async () => {
	const cwd = folder();
	await run("keygen", "--cwd", cwd);
	const first = readFileSync(join(cwd, ".env"), "utf8");
	const { code, out } = await run("keygen", "--cwd", cwd);
	expect(code).toBe(1);
	expect(out).toContain("stays as it is");
	expect(readFileSync(join(cwd, ".env"), "utf8")).toBe(first);
});

test("a shell reads the line as it stands", async () => {
	const { out } = await run("keygen", "--print");
	const [, key] = KEY_LINE.exec(out) ?? [];
	const shell = spawnSync("sh", ["-c", `${out}printf %s "$BSKY_PRIVATE_KEY"`], {
		encoding: "utf8",
	});
	expect(shell.stdout).toBe(key);
});

test.each(["MY KEY", "my-key", "1KEY", "", "KEY=x", "KEY\nOTHER"])(
	"%j is no name that a shell or a loader could read it by",
	async (name) => {
		const cwd = folder();
		const { code, err } = await run("keygen", "--cwd", cwd, "--name", name);
		expect({ code, files: readdirSync(cwd) }).toEqual({ code: 2, files: [] });
		expect(err).toContain("name of a variable");
	},
);

test("a folder that isn't there is named, and no name of the command's own", async () => {
	const { code, err } = await run("keygen", "--cwd", folder(), "--write", "config/.env");
	expect(code).toBe(2);
	expect(err).toMatch(/config.*isn't there/);
});

test("a folder in the place of the file is named, and what to name", async () => {
	const { code, err } = await run("keygen", "--write", folder());
	expect(code).toBe(2);
	expect(err).toMatch(/can't be read: EISDIR.* --write \.env/);
});

test.each(["keygen", "init", "doctor", "rotate", "migrate"])(
	"%s: no such folder, or a file",
	async (command) => {
		for (const cwd of [join(folder(), "nowhere"), import.meta.filename]) {
			const { code, err } = await run(command, "--cwd", cwd);
			expect(code).toBe(2);
			expect(err).toContain(`'${cwd}' is invalid. There is no such folder.`);
		}
	},
);

test.each([
	["no such command", ["keygne"]],
	["no such option", ["keygen", "--outt", "x"]],
])("%s: it could not run", async (_, args) => {
	const { code, err } = await run(...args);
	expect(code).toBe(2);
	expect(err).toContain("unknown");
});
