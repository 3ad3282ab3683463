import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { manifestIn } from "@better-auth-bsky/tools/restage";
import { run } from "@better-auth-bsky/tools/run";
import { underScope } from "@better-auth-bsky/tools/scope";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import type { Packed } from "./made.ts";
import type { Registry } from "./registry.ts";

const SCRIPT = "packages/better-auth-bsky/test/packed/project/accounts.mjs";

/** Installs what is published, by name, in an empty folder. The documented alias is one of the names. */
export async function install(
	root: string,
	made: readonly Packed[],
	{ npmrc }: Registry,
): Promise<void> {
	const dependencies: Record<string, string> = { "better-auth": await betterAuth() };
	for (const { name, version } of made) {
		const isWhole = name.endsWith("/better-auth-bsky");
		dependencies[isWhole ? "better-auth-bsky" : name] = isWhole
			? `npm:${name}@${version}`
			: version;
	}
	await mkdir(root);
	await writeFile(join(root, ".npmrc"), npmrc);
	const manifest = {
		name: "an-app",
		version: "1.0.0",
		private: true,
		type: "module",
		dependencies,
	};
	await writeFile(join(root, "package.json"), JSON.stringify(manifest, null, 2));
	await run(
		"npm",
		["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"],
		root,
	);
}

/** The version that everything here is tried with. */
async function betterAuth(): Promise<string> {
	return (await manifestIn(join(ROOT, "packages/core/node_modules/better-auth"))).version;
}

/**
 * Runs an app on a network of its own: somebody signs up at a server, connects another account, allows
 * more, and the app writes as each.
 */
export async function signIn(root: string, scope: string): Promise<void> {
	const script = await readFile(join(ROOT, SCRIPT), "utf8");
	await writeFile(join(root, "accounts.mjs"), underScope(script, scope));
	const seen = await run(process.execPath, ["accounts.mjs"], root);
	const { ways, allowed, accounts } = JSON.parse(seen);
	const arrived = ["/welcome", "/me", "/me"];
	if (!allowed || accounts.length !== 2 || ways.join() !== arrived.join()) throw new Error(seen);
}

/** What an install brings, as CycloneDX has it. */
export const billOfMaterials = (root: string): Promise<string> =>
	run("npm", ["sbom", "--sbom-format", "cyclonedx", "--omit", "dev"], root);
