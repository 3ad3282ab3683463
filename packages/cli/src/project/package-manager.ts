import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { above } from "./manifest.ts";

export type PackageManager = "npm" | "pnpm" | "yarn" | "yarn-classic" | "bun";

const LOCKFILES: Record<string, PackageManager> = {
	"pnpm-lock.yaml": "pnpm",
	"pnpm-workspace.yaml": "pnpm",
	"yarn.lock": "yarn",
	"bun.lock": "bun",
	"bun.lockb": "bun",
	"package-lock.json": "npm",
	"npm-shrinkwrap.json": "npm",
};

/** By `packageManager`, also that of `devEngines`, else by a lockfile, of the app or of the workspace that it is in. */
export function packageManager(root: string): PackageManager {
	for (const folder of above(root)) {
		const named = namedIn(join(folder, "package.json"));
		if (named) return named;
		for (const [file, manager] of Object.entries(LOCKFILES)) {
			const path = join(folder, file);
			if (!existsSync(path)) continue;
			const isClassic = manager === "yarn" && readFileSync(path, "utf8").includes("lockfile v1");
			return isClassic ? "yarn-classic" : manager;
		}
		// What is outside of the repository isn't the app's.
		if (existsSync(join(folder, ".git"))) break;
	}
	return "npm";
}

function namedIn(path: string): PackageManager | undefined {
	if (!existsSync(path)) return undefined;
	const [, name, major] =
		/"packageManager"\s*:\s*(?:\{\s*"name"\s*:\s*)?"(npm|pnpm|yarn|bun)(?:@(\d+)|")/.exec(
			readFileSync(path, "utf8"),
		) ?? [];
	if (name === "yarn" && major === "1") return "yarn-classic";
	return name === "npm" || name === "pnpm" || name === "yarn" || name === "bun" ? name : undefined;
}

/** How each says what is said here. */
export const COMMANDS: Record<
	PackageManager,
	{
		/** Adds packages. */
		add: string;
		/** Runs the command of a package, whether it is installed or not. */
		run: string;
		/** Runs a script of package.json. */
		script: string;
	}
> = {
	npm: { add: "npm install", run: "npx", script: "npm run" },
	pnpm: { add: "pnpm add", run: "pnpm dlx", script: "pnpm run" },
	yarn: { add: "yarn add", run: "yarn dlx", script: "yarn run" },
	// It can't run the command of a package that isn't installed.
	"yarn-classic": { add: "yarn add", run: "npx", script: "yarn run" },
	bun: { add: "bun add", run: "bunx", script: "bun run" },
};
