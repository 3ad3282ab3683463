import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Account, type Network, startNetwork } from "@better-auth-bsky/devnet";
import { checkTarball } from "@better-auth-bsky/tools/check-tarball";
import { PUBLISHED } from "@better-auth-bsky/tools/pack";
import { run } from "@better-auth-bsky/tools/run";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { dependencies, indirect, writeProject } from "./project.ts";
import { production, signIn } from "./sign-in.ts";

const tarballs = inject("tarballs");
let folder: string;
let network: Network;
let pope: Account;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "better-auth-bsky-packed-"));
	network = await startNetwork();
	pope = await network.createAccount({ handle: "thepope.test", displayName: "The Pope" });
});
afterAll(async () => {
	await network?.close();
	await rm(folder, { recursive: true, force: true });
});

describe.each(PUBLISHED)("the tarball of %s", (name) => {
	const manifestOf = async () =>
		JSON.parse(await run("tar", ["xzOf", tarballs[name], "package/package.json"], folder));

	test("is what publint and are-the-types-wrong ask for, and imports what it names", async () => {
		await checkTarball(name, tarballs[name]);
	});

	test("has the build, a README and a licence, and names no workspace", async () => {
		const files = (await run("tar", ["tzf", tarballs[name]], folder)).trim().split("\n");
		const others = files.filter(
			(file) => !/^package\/(dist\/.*\.(js|d\.ts|css|svelte)|bin\/.*)$/.test(file),
		);
		const expected = ["package/LICENSE", "package/README.md", "package/package.json"];
		// What workers have in place of modules that they do without (`imports`).
		if (name === "core") expected.push("package/no-opentelemetry.js", "package/no-undici.js");
		if (name === "devnet")
			expected.push(
				...["Containerfile", "dist/LICENSES.txt", "seed.schema.json"].map(
					(each) => `package/${each}`,
				),
			);
		expect(others.sort()).toEqual(expected.sort());
		const { scripts: _, ...manifest } = await manifestOf();
		expect(JSON.stringify(manifest)).not.toMatch(/workspace:|catalog:|@better-auth-bsky\/source/);
		expect(manifest).toMatchObject({
			license: "MIT",
			repository: { directory: `packages/${name}` },
			keywords: expect.arrayContaining(["bluesky"]),
			engines: { node: expect.any(String) },
			type: "module",
		});
		// Style sheets apart, a bundler may drop what an app doesn't use. Elements are there by being
		// imported, and nobody need use them.
		const scripts = ["./dist/bluesky.js", "./dist/index.js", "./src/index.ts"];
		const kept = ["**/*.css", ...(name === "elements" ? scripts : [])];
		expect(manifest.sideEffects || kept).toEqual(kept);
	});
});

/** Every folder of `name` under node_modules, whatever links lead to it. */
async function copies(root: string, name: string): Promise<Set<string>> {
	const entries = await readdir(root, { recursive: true });
	const suffix = `node_modules/${name}/package.json`;
	const found = entries.filter((path) => path.endsWith(suffix));
	return new Set(await Promise.all(found.map((path) => realpath(join(root, path)))));
}

const ONLY_ONCE = ["better-auth", "@better-auth/core", "nanostores", "@better-auth-bsky/core"];

/** What TypeScript says about the README's code and about our declarations. */
async function typeErrors(root: string, typescript: string): Promise<string[]> {
	const tsc = join("node_modules", typescript, "bin", "tsc");
	const output = await run(process.execPath, [tsc, "-p", "."], root).catch(
		({ message }) => message,
	);
	const errors = String(output).match(/^.*error TS\d+.*$/gm) ?? [];
	// better-auth's own declarations name Bun's driver, which nobody has on Node.
	return errors.filter((error) => !error.includes("'bun:sqlite'"));
}

describe("npm", () => {
	let root: string;

	beforeAll(async () => {
		root = await writeProject(join(folder, "npm"), {
			...dependencies(tarballs),
			...indirect(tarballs),
		});
		await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], root);
	});

	test.each(ONLY_ONCE)("installs one copy of %s", async (name) => {
		expect((await copies(root, name)).size).toBe(1);
	});

	test("nothing needs a compiler", async () => {
		expect(
			(await readdir(root, { recursive: true })).filter((f) => /\.(gyp|node)$/.test(f)),
		).toEqual([]);
	});

	test("the README's code type-checks, strictly, with TypeScript 6 and 7", async () => {
		expect(await typeErrors(root, "typescript")).toEqual([]);
		expect(await typeErrors(root, "typescript-7")).toEqual([]);
	}, 400_000);

	test("the README's production configuration", async () => {
		const documents = await production(root);
		expect(documents["client-metadata.json"]).toMatchObject({
			client_id: "https://myapp.com/api/auth/bsky/client-metadata.json",
			redirect_uris: ["https://myapp.com/api/auth/bsky/callback"],
			jwks_uri: "https://myapp.com/api/auth/bsky/jwks.json",
			scope: "atproto transition:generic",
		});
		expect(documents["jwks.json"]).toEqual({ keys: [expect.objectContaining({ crv: "P-256" })] });
	});

	test("the README's code signs a person in", async () => {
		const result = await signIn(root, network, pope, process.execPath);
		expect(result).toMatchObject({
			arrived: "http://localhost:3000/dashboard",
			user: { bskyDid: pope.did, bskyHandle: "thepope.dev", name: "The Pope" },
			session: { active: true, did: pope.did, handle: "thepope.dev", displayName: "The Pope" },
			restored: { active: true, did: pope.did },
			agent: { did: pope.did },
		});
	});
});

/** The oldest Node that the package says it runs on, installed. */
async function oldestNode(): Promise<string> {
	const root = join(folder, "node");
	const manifest = new URL("../../package.json", import.meta.url);
	const { engines } = JSON.parse(await readFile(manifest, "utf8"));
	const version = engines.node.replace(">=", "");
	await mkdir(root);
	await writeFile(join(root, "package.json"), "{}");
	await run(
		"npm",
		["install", "--prefer-offline", "--no-audit", "--no-fund", `node@${version}`],
		root,
	);
	return join(root, "node_modules/node/bin/node");
}

describe("pnpm", () => {
	let root: string;

	beforeAll(async () => {
		root = await writeProject(join(folder, "pnpm"), dependencies(tarballs));
		const overrides = { overrides: indirect(tarballs) };
		await writeFile(join(root, "pnpm-workspace.yaml"), JSON.stringify(overrides));
	});

	test("stops at core-js until it is told not to run its script, as the README says", async () => {
		const install = ["install", "--prefer-offline"];
		await expect(run("pnpm", install, root)).rejects.toThrow(/IGNORED_BUILDS[\s\S]*core-js/);
		const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
		const [, yaml = ""] = /```yaml\n# pnpm-workspace\.yaml\n(.*?)```/s.exec(readme) ?? [];
		const overrides = Object.entries(indirect(tarballs)).map(([k, v]) => `  "${k}": "${v}"\n`);
		await writeFile(join(root, "pnpm-workspace.yaml"), `${yaml}overrides:\n${overrides.join("")}`);
		await run("pnpm", install, root);
	}, 400_000);

	test.each(ONLY_ONCE)("installs one copy of %s", async (name) => {
		expect((await copies(root, name)).size).toBe(1);
	});

	test("the README's code type-checks, declarations of `auth` included", async () => {
		expect(await typeErrors(root, "typescript-7")).toEqual([]);
	}, 400_000);

	test("the README's code signs a person in, on the oldest Node there is for it", async () => {
		const { arrived, agent } = await signIn(root, network, pope, await oldestNode());
		expect({ arrived, agent }).toEqual({
			arrived: "http://localhost:3000/dashboard",
			agent: { did: pope.did },
		});
	}, 400_000);
});
