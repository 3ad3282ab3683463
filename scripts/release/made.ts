import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "@better-auth-bsky/tools/run";
import { ROOT } from "@better-auth-bsky/tools/workspace";

/** Where what was made stays. */
export const OUT = join(ROOT, ".release");

/** Something to publish. */
export interface Packed {
	name: string;
	version: string;
	/** Its file in {@link OUT}. */
	tarball: string;
}

/** What was made, tried, and of which commit. */
interface Made {
	commit: string;
	scope: string;
	packed: Packed[];
}

const FILE = join(OUT, "release.json");

const commitHere = async (): Promise<string> =>
	(await run("git", ["rev-parse", "HEAD"], ROOT)).trim();

export async function writeMade(scope: string, packed: Packed[]): Promise<void> {
	const made: Made = { commit: await commitHere(), scope, packed };
	await writeFile(FILE, JSON.stringify(made, null, 2));
}

/** What an earlier run made of this commit under that scope, and tried. */
export async function readMade(scope: string): Promise<Packed[] | undefined> {
	if (!existsSync(FILE)) return undefined;
	const made: Made = JSON.parse(await readFile(FILE, "utf8"));
	return made.scope === scope && made.commit === (await commitHere()) ? made.packed : undefined;
}
