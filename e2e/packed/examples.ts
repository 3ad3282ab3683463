import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EXAMPLE_NAMES, exampleFolder } from "@better-auth-bsky/tools/examples";
import type { Published } from "@better-auth-bsky/tools/pack";
import { run } from "@better-auth-bsky/tools/run";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { feed, history, pick, signIn, statusesOf } from "../src/actions.ts";
import { useBrowser } from "../src/browser.ts";
import { useWorld } from "../src/network.ts";

/** What a newcomer does with an example: its README, from a copy to an image without Docker. */

const world = useWorld();
const visit = useBrowser();
const SECRET = { BETTER_AUTH_SECRET: "only-there-while-the-app-is-being-built" };
let folder: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "better-auth-bsky-examples-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(EXAMPLE_NAMES)("a copy of the example in %s", (name) => {
	let root: string;

	beforeAll(async () => {
		root = join(folder, name);
		await mkdir(root);
		const tarball = join(folder, `${name}.tgz`);
		await run("pnpm", ["pack", "--out", tarball], exampleFolder(name));
		await run("tar", ["xzf", tarball, "--strip-components", "1"], root);
		await useTarballs(join(root, "package.json"), inject("tarballs"));
		await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], root);
	});

	test("holds the sources and nothing else", async () => {
		const packed = await run("tar", ["tzf", join(folder, `${name}.tgz`)], folder);
		const kept = await run("git", ["ls-files"], exampleFolder(name));
		const files = kept
			.trim()
			.split("\n")
			.filter((path) => path !== ".gitignore");
		const expected = [...files, "LICENSE"].map((path) => `package/${path}`);
		expect(packed.trim().split("\n").sort()).toEqual(expected.sort());
	});

	test("passes its type check and its build", async () => {
		await run("npm", ["run", "typecheck"], root);
		await run("npm", ["run", "build"], root, SECRET);
	}, 400_000);

	visit("signs a person in with what the image of its Dockerfile holds", async (page) => {
		await run("npm", ["prune", "--omit=dev"], root);
		const image = join(folder, `${name}-image`);
		for (const path of await pathsInImage(root)) {
			await cp(join(root, path), join(image, path), { recursive: true, verbatimSymlinks: true });
		}
		await rm(root, { recursive: true });
		const app = await world.startExample(name, { folder: image });
		const una = await world.network.createAccount({ handle: `una-${name}.test` });
		await signIn(page, app, una);
		await pick(page, "🦋");
		await history(page).filter({ hasText: "🦋" }).waitFor();
		await feed(page).filter({ hasText: "🦋" }).filter({ hasText: una.handle }).waitFor();
		expect(await statusesOf(una)).toEqual(["🦋"]);
	});
});

/** Puts the tarballs in place of what isn't published yet. */
async function useTarballs(path: string, tarballs: Record<Published, string>): Promise<void> {
	const manifest = JSON.parse(await readFile(path, "utf8"));
	// What only our packages ask for has to be there by name, too.
	manifest.dependencies["@better-auth-bsky/client"] = "";
	for (const list of [manifest.dependencies, manifest.devDependencies]) {
		for (const [name, tarball] of Object.entries(tarballs)) {
			const published = `@better-auth-bsky/${name}`;
			if (published in list) list[published] = `file:${tarball}`;
		}
	}
	await writeFile(path, JSON.stringify(manifest));
}

/** What the last stage of the app's Dockerfile takes from the build. */
async function pathsInImage(root: string): Promise<string[]> {
	const dockerfile = await readFile(join(root, "Dockerfile"), "utf8");
	const copies = [...dockerfile.matchAll(/^COPY --from=build .*\/app(\/\S+)? \S+$/gm)];
	if (copies.length === 0) throw new Error("The Dockerfile takes nothing from its build.");
	return copies.map(([, path = "."]) => path);
}
