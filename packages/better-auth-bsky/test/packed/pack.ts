import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./run.ts";

const workspace = fileURLToPath(new URL("../../../..", import.meta.url));

export const PUBLISHED = ["core", "client", "better-auth-bsky", "devnet"] as const;
export type Published = (typeof PUBLISHED)[number];

/** Builds every package that is published and packs it; returns the tarballs. */
export async function pack(folder: string): Promise<Record<Published, string>> {
	const tarballs: Partial<Record<Published, string>> = {};
	for (const name of PUBLISHED) {
		const root = join(workspace, "packages", name);
		await run("pnpm", ["run", "build"], root);
		forgetRemoved(root);
		const output = await run("pnpm", ["pack", "--json", "--pack-destination", folder], root);
		const { filename } = JSON.parse(output);
		tarballs[name] = filename;
	}
	return tarballs as Record<Published, string>;
}

/** tsc leaves in `dist` what it once made of a source that is gone. */
function forgetRemoved(root: string): void {
	const filesOf = (folder: string) =>
		readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
	const sources = new Set(filesOf("src").map((file) => file.replace(/\.ts$/, "")));
	for (const file of filesOf("dist")) {
		const source = file.replace(/(\.d\.ts|\.js)$/, "");
		if (!sources.has(source)) rmSync(join(root, "dist", file), { recursive: true, force: true });
	}
}
