import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import type { Finding } from "./check.ts";
import type { Page } from "./pages.ts";

/** What pages install or run that isn't ours. Each was looked at: it is who it seems to be. */
const KNOWN = new Set([
	"@astrojs/check",
	"@astrojs/node",
	"@atproto/bsky",
	"@atproto/bsync",
	"@better-auth/expo",
	"@hono/node-server",
	"@playwright/test",
	"@prisma/adapter-pg",
	"@prisma/client",
	"@react-router/dev",
	"@react-router/node",
	"@react-router/serve",
	"@tanstack/react-router",
	"@tanstack/react-start",
	"@types/bun",
	"@types/cors",
	"@types/express",
	"@types/node",
	"@types/pg",
	"@types/react",
	"@types/react-dom",
	"@vitejs/plugin-react",
	"astro",
	"auth",
	"better-auth",
	"changeset",
	"cors",
	"create-expo-app",
	"create-next-app",
	"drizzle-kit",
	"drizzle-orm",
	"expo",
	"expo-network",
	"expo-secure-store",
	"express",
	"hono",
	"isbot",
	"nuxt",
	"pg",
	"playwright-core",
	"pnpm",
	"prisma",
	"prom-client",
	"react",
	"react-dom",
	"react-router",
	"sv",
	"typescript",
	"vite",
	"vitest",
	"vue",
	"vue-router",
	"vue-tsc",
	"wrangler",
]);

/** Ours, by name, with the commands that they bring. */
function ownNames(): Set<string> {
	const names = new Set(["@better-auth-bsky/cli"]);
	for (const folder of readdirSync(join(ROOT, "packages"))) {
		const text = readFileSync(join(ROOT, "packages", folder, "package.json"), "utf8");
		const { name, bin = {}, private: isPrivate } = JSON.parse(text);
		if (!isPrivate) for (const own of [name, ...Object.keys(bin)]) names.add(own);
	}
	return names;
}

const INSTALLS = /^(?:(?:npm|pnpm) (?:install|i|add)|bun add|npx expo install) (.*)$/;
const RUNS = /^(?:npx|bunx)(?: -\S+)* ([^\s]+)/;
const CREATES = /^npm create (\S+)/;

/** Names of packages that commands of a page install or run, and that are neither ours nor known. */
export function checkCommands(pages: readonly Page[]): Finding[] {
	const own = ownNames();
	return pages.flatMap((page) =>
		page.blocks
			.filter(({ language }) => language === "sh")
			.flatMap(({ code, line }) =>
				code.split("\n").flatMap((text, index) =>
					text
						.split(/&&|\||;|[()]/)
						.flatMap((command) => packagesOf(command.trim()))
						.filter((name) => !own.has(name) && !KNOWN.has(name))
						.map((name) => ({
							page: page.path,
							line: line + index,
							message: `${name} is neither ours nor known: ${text}`,
						})),
				),
			),
	);
}

function packagesOf(command: string): string[] {
	const [bare = ""] = command.split(" #");
	const [, installed] = INSTALLS.exec(bare) ?? [];
	if (installed) {
		const words = installed.split(/\s+/).filter((word) => word && !word.startsWith("-"));
		return words.map(nameOf);
	}
	const [, created] = CREATES.exec(bare) ?? [];
	if (created) return [nameOf(created)];
	const [, run] = RUNS.exec(bare) ?? [];
	return run ? [nameOf(run)] : [];
}

/** `vue@3` is vue; `short@npm:@scope/name` is what stands behind the alias. */
const nameOf = (word: string): string => word.replace(/^.*@npm:/, "").replace(/(?<=.)@.*$/, "");
