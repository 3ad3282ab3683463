import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Published } from "@better-auth-bsky/tools/pack";
import { run } from "@better-auth-bsky/tools/run";
import { indirect } from "./project.ts";

/** Something that is written down in a README to be done. */
interface Step {
	/** A file to write; without a name these are commands. */
	file: string | undefined;
	code: string;
}

/** The code of a README's quick start, in its order. A comment at the top names a file. */
async function quickStart(name: Published): Promise<Step[]> {
	const readme = await readFile(new URL(`../../../${name}/README.md`, import.meta.url), "utf8");
	const [, section = ""] = /^## Quick start$(.*?)^## /ms.exec(readme) ?? [];
	return [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, code = ""]) => {
		const [, file] = language === "sh" ? [] : (/^(?:\/\/|#|<!--) (\S+)/.exec(code) ?? []);
		if (!file && language !== "sh") throw new Error(`This names no file:\n${code}`);
		return { file, code };
	});
}

/** Does everything that a README's quick start says, up to starting the development server. */
export async function follow(
	name: Published,
	root: string,
	tarballs: Record<Published, string>,
	ports: Record<string, number>,
): Promise<void> {
	for (const { file, code } of await quickStart(name)) {
		if (file) {
			await mkdir(dirname(join(root, file)), { recursive: true });
			const secret = randomBytes(32).toString("base64");
			const filled = code
				.replace(/(?<=^BETTER_AUTH_SECRET=).*/m, secret)
				.replace(/\b\d{4}\b/g, (port) => String(ports[port] ?? port));
			await writeFile(join(root, file), filled);
		} else if (!code.includes("npm run dev")) {
			await run("sh", ["-ec", withTarballs(code, tarballs)], root, { npm_config_yes: "true" });
		}
	}
}

/** The commands of a README, with the tarballs in place of what isn't published yet. */
function withTarballs(commands: string, tarballs: Record<Published, string>): string {
	const named = commands
		.replace(/@better-auth-bsky\/(\w+)/g, (_, name: Published) => tarballs[name])
		.replace(/ better-auth-bsky\b/, ` ${tarballs["better-auth-bsky"]}`)
		.replace("auth migrate", "auth migrate --yes");
	const others = Object.values(indirect(tarballs)).join(" ");
	return named.replace(/^npm install (?!--)/m, `npm install ${others} `);
}
