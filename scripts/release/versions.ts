import { cp, glob, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { run } from "@better-auth-bsky/tools/run";
import { ROOT } from "@better-auth-bsky/tools/workspace";

/** Whether there are changes that no version has yet. */
export async function hasChangesets(): Promise<boolean> {
	const files = await readdir(join(ROOT, ".changeset"));
	return files.some((file) => file.endsWith(".md") && file !== "README.md");
}

/**
 * Gives the packages their next versions and changelogs, in a clone: this tree stays as it is.
 *
 * @returns the clone
 */
export async function versionedClone(folder: string): Promise<string> {
	const clone = join(folder, "tree");
	await run("git", ["clone", "--quiet", ROOT, clone], folder);
	for await (const file of glob("{.changeset/*,packages/*/package.json}", { cwd: ROOT })) {
		await cp(join(ROOT, file), join(clone, file));
	}
	await symlink(join(ROOT, "node_modules"), join(clone, "node_modules"), "dir");
	await run("changeset", ["version"], clone);
	return clone;
}
