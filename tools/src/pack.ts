import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { run } from "./run.ts";
import { ROOT } from "./workspace.ts";

/** The folders in `packages/` of what is published, each after those that it needs. */
export const PUBLISHED = [
	"core",
	"client",
	"react",
	"svelte",
	"vue",
	"elements",
	"better-auth-bsky",
	"devnet",
	"cli",
] as const;
export type Published = (typeof PUBLISHED)[number];
export type Tarballs = Record<Published, string>;

declare module "vitest" {
	interface ProvidedContext {
		tarballs: Tarballs;
	}
}

/** The `globalSetup` of `npm run packed`: packs once what all test files install. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const folder = await mkdtemp(join(tmpdir(), "better-auth-bsky-tarballs-"));
	project.provide("tarballs", await pack(folder));
	return () => rm(folder, { recursive: true, force: true });
}

/** Builds every package that is published and packs it; returns the tarballs. */
export async function pack(folder: string): Promise<Tarballs> {
	const tarballs: Partial<Tarballs> = {};
	for (const name of PUBLISHED) {
		const root = join(ROOT, "packages", name);
		// tsc leaves there what it once made of a source that is gone.
		await rm(join(root, "dist"), { recursive: true, force: true });
		await run("pnpm", ["run", "build"], root);
		const output = await run("pnpm", ["pack", "--json", "--pack-destination", folder], root);
		const { filename } = JSON.parse(output);
		tarballs[name] = filename;
	}
	return tarballs as Tarballs;
}
