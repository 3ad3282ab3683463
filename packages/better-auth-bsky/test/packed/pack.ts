import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { run } from "./run.ts";

const workspace = fileURLToPath(new URL("../../../..", import.meta.url));

export const PUBLISHED = [
	"core",
	"client",
	"react",
	"svelte",
	"vue",
	"better-auth-bsky",
	"devnet",
] as const;
export type Published = (typeof PUBLISHED)[number];

declare module "vitest" {
	interface ProvidedContext {
		tarballs: Record<Published, string>;
	}
}

/** Packs once what all test files install. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const folder = await mkdtemp(join(tmpdir(), "better-auth-bsky-tarballs-"));
	project.provide("tarballs", await pack(folder));
	return () => rm(folder, { recursive: true, force: true });
}

/** Builds every package that is published and packs it; returns the tarballs. */
async function pack(folder: string): Promise<Record<Published, string>> {
	const tarballs: Partial<Record<Published, string>> = {};
	for (const name of PUBLISHED) {
		const root = join(workspace, "packages", name);
		// tsc leaves there what it once made of a source that is gone.
		await rm(join(root, "dist"), { recursive: true, force: true });
		await run("pnpm", ["run", "build"], root);
		const output = await run("pnpm", ["pack", "--json", "--pack-destination", folder], root);
		const { filename } = JSON.parse(output);
		tarballs[name] = filename;
	}
	return tarballs as Record<Published, string>;
}
