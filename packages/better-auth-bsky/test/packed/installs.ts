import { existsSync } from "node:fs";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageOf, packagesOf, sizeOf } from "@better-auth-bsky/tools/installed";
import type { Published } from "@better-auth-bsky/tools/pack";
import { run } from "@better-auth-bsky/tools/run";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

/**
 * What an install brings, on top of better-auth and the framework that an app has, with everything that
 * is needed: megabytes on the disk, and packages.
 */
const BUDGETS: Partial<Record<Published, { megabytes: number; packages: number }>> = {
	client: { megabytes: 0.7, packages: 1 },
	react: { megabytes: 0.8, packages: 2 },
	svelte: { megabytes: 0.8, packages: 2 },
	vue: { megabytes: 0.8, packages: 2 },
	elements: { megabytes: 0.9, packages: 2 },
};
const FRONT_ENDS = Object.keys(BUDGETS) as Published[];
/** What the app has anyway. */
const THERE = ["better-auth", "react", "react-dom", "svelte", "vue"];

let folder: string;
beforeAll(async () => {
	folder = await realpath(await mkdtemp(join(tmpdir(), "better-auth-bsky-installs-")));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("in a front end", () => {
	let root: string;
	beforeAll(async () => {
		root = await install("front-end", FRONT_ENDS);
	});

	test.each(FRONT_ENDS)("%s is no larger than it may be", (name) => {
		expectMet(name, brought(root, name));
	});

	test("there is nothing of the server, and no SDK of the AT Protocol", () => {
		expect(existsSync(join(root, "node_modules/nanostores"))).toBe(true);
		for (const server of ["@atproto", "@atproto-labs", "@better-auth-bsky/core", "undici"]) {
			expect(existsSync(join(root, "node_modules", server)), server).toBe(false);
		}
	});
});

/** An empty folder with these, as npm installs them, peers included. */
async function install(name: string, published: readonly Published[]): Promise<string> {
	const tarballs = inject("tarballs");
	const root = join(folder, name);
	await run("mkdir", [root], folder);
	const dependencies = Object.fromEntries(
		published.map((each) => [`@better-auth-bsky/${each}`, `file:${tarballs[each]}`]),
	);
	await writeFile(join(root, "package.json"), JSON.stringify({ private: true, dependencies }));
	await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], root);
	return root;
}

function brought(root: string, name: Published) {
	const there = new Set<string>();
	for (const each of THERE) {
		if (existsSync(join(root, "node_modules", each))) packagesOf(packageOf(each, root), there);
	}
	const all = packagesOf(packageOf(`@better-auth-bsky/${name}`, root));
	return sizeOf([...all].filter((each) => !there.has(each)));
}

function expectMet(name: Published, { bytes, packages }: ReturnType<typeof brought>): void {
	const megabytes = bytes / 1e6;
	const budget = BUDGETS[name];
	console.log(`${name}: ${megabytes.toFixed(2)} MB in ${packages} packages`);
	expect(megabytes).toBeLessThanOrEqual(budget?.megabytes ?? 0);
	expect(packages).toBeLessThanOrEqual(budget?.packages ?? 0);
}
