import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { run } from "./run.ts";
import { ROOT } from "./workspace.ts";

export const PUBLISHED = [
	"core",
	"client",
	"react",
	"svelte",
	"vue",
	"elements",
	"better-auth-bsky",
	"devnet",
] as const;
export type Published = (typeof PUBLISHED)[number];

declare module "vitest" {
	interface ProvidedContext {
		tarballs: Record<Published, string>;
	}
}

/** The `globalSetup` of `npm run packed`: packs once what all test files install. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const folder = await mkdtemp(join(tmpdir(), "better-auth-bsky-tarballs-"));
	project.provide("tarballs", await pack(folder));
	return () => rm(folder, { recursive: true, force: true });
}

/** Builds every package that is published and packs it; returns the tarballs. */
async function pack(folder: string): Promise<Record<Published, string>> {
	const tarballs: Partial<Record<Published, string>> = {};
	for (const name of PUBLISHED) {
		const root = join(ROOT, "packages", name);
		// tsc leaves there what it once made of a source that is gone.
		await rm(join(root, "dist"), { recursive: true, force: true });
		await run("pnpm", ["run", "build"], root);
		const output = await run("pnpm", ["pack", "--json", "--pack-destination", folder], root);
		const { filename } = JSON.parse(output);
		tarballs[name] = filename;
	}
	return tarballs as Record<Published, string>;
}
