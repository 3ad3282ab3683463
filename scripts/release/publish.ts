import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "@better-auth-bsky/tools/run";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import { OUT, type Packed } from "./made.ts";
import type { Registry } from "./registry.ts";
import { hasChangesets } from "./versions.ts";

/** @throws where what would be published couldn't be traced to a commit and a run */
export async function requireReady(): Promise<void> {
	if (process.env.GITHUB_ACTIONS !== "true") {
		throw new Error("Only the workflow publishes. What it does is `npm run release -- --dry-run`.");
	}
	const changed = await run("git", ["status", "--porcelain"], ROOT);
	if (changed) throw new Error(`No commit has these files:\n${changed}`);
	if (await hasChangesets()) throw new Error("No version has what is in .changeset/ yet.");
}

/** To the registry on this machine, whatever npm is configured for. */
export async function publishHere(
	packed: readonly Packed[],
	{ url, npmrc }: Registry,
	folder: string,
): Promise<void> {
	await writeFile(join(folder, ".npmrc"), npmrc);
	for (const { tarball } of packed) {
		await run("npm", ["publish", join(OUT, tarball), `--registry=${url}`], folder);
	}
}

/** To npm, what isn't there yet: where it ended half-way, it goes on. */
export async function publishToNpm(packed: readonly Packed[]): Promise<void> {
	for (const { name, version, tarball } of packed) {
		if (await isPublished(`${name}@${version}`)) continue;
		await run("npm", ["publish", join(OUT, tarball), "--access=public", "--provenance"], ROOT);
	}
}

const isPublished = (spec: string): Promise<boolean> =>
	run("npm", ["view", spec, "version"], ROOT).then(
		(answer) => answer.trim() !== "",
		(error: Error) => {
			if (error.message.includes("E404")) return false;
			throw error;
		},
	);
