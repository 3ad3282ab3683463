import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeBlocks } from "@better-auth-bsky/tools/code-blocks";
import type { Published } from "@better-auth-bsky/tools/pack";
import { run } from "@better-auth-bsky/tools/run";

/** The commands ask nobody for more than packages; Prisma takes any program for its engine. */
export const QUIET = {
	CHECKPOINT_DISABLE: "1",
	PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
	npm_config_yes: "true",
	npm_config_prefer_offline: "true",
	npm_config_audit: "false",
	npm_config_fund: "false",
};

/** How the starters of frameworks make a new app, in a folder of that name. */
export const CREATE = {
	next: "create-next-app@latest app --yes --empty --ts --app --no-src-dir --no-tailwind --no-linter --no-react-compiler --use-npm --skip-install --disable-git",
	sveltekit: "sv@latest create app --template minimal --types ts --no-add-ons --no-install",
	viteVue: "create-vite@latest app --template vue-ts --no-interactive",
} as const;

/** Something that is written down in a guide to be done. */
export interface Step {
	/** A file to write; without a name these are commands. */
	file: string | undefined;
	code: string;
}

/** What a section of a guide says to do, in its order. */
export function stepsOf(guide: string, heading: string): Step[] {
	const blocks = codeBlocks(guide).filter((block) => block.section === heading && !block.isHidden);
	return blocks.map(({ file, language, code }) => {
		if (!file && language !== "sh") throw new Error(`This names no file:\n${code}`);
		return { file, code };
	});
}

/** How a guide is followed on this machine. */
export interface Circumstances {
	tarballs: Record<Published, string>;
	/** Which ports stand for those of the guide. */
	ports: Record<string, number>;
	/** What else the settings of the app hold, in its `.env` files. */
	settings?: Record<string, string>;
	/** Commands that can't be given here as they stand, with what is done in place of each. */
	instead?: Record<string, string>;
	/** What the commands find in their environment besides. */
	env?: NodeJS.ProcessEnv;
}

/**
 * Does all of these steps, but for the last one, which starts the app.
 *
 * @returns the commands of that
 */
export async function follow(
	steps: readonly Step[],
	root: string,
	circumstances: Circumstances,
): Promise<string> {
	const { ports, settings = {} } = circumstances;
	const onPorts = (code: string) =>
		code.replace(/\b\d{4}\b/g, (port) => String(ports[port] ?? port));
	const start = steps.at(-1);
	if (!start || start.file) throw new Error("These steps end with no command.");
	for (const { file, code } of steps.slice(0, -1)) {
		if (file) {
			await mkdir(dirname(join(root, file)), { recursive: true });
			await writeFile(join(root, file), onPorts(filled(code, settings)));
		} else {
			await give(code, root, circumstances);
		}
	}
	return asTold(onPorts(start.code), circumstances);
}

/** Gives commands of a guide in that folder. */
export async function give(commands: string, folder: string, here: Circumstances): Promise<void> {
	const script = withTarballs(asTold(commands, here), here.tarballs);
	await run("sh", ["-ec", script], folder, { ...QUIET, ...here.env });
}

const asTold = (commands: string, { instead = {} }: Circumstances) =>
	Object.entries(instead).reduce((all, [from, to]) => all.replace(from, () => to), commands);

/** A file of a guide, with what only this machine knows. */
function filled(code: string, settings: Record<string, string>): string {
	const values = { BETTER_AUTH_SECRET: randomBytes(32).toString("base64"), ...settings };
	return Object.entries(values).reduce(
		(text, [name, value]) => text.replace(new RegExp(`(?<=^${name}=).*`, "m"), () => value),
		code,
	);
}

/** The commands of a guide, with the tarballs in place of what isn't published yet. */
export function withTarballs(commands: string, tarballs: Record<Published, string>): string {
	return (
		commands
			.replace(/@better-auth-bsky\/(\w+)/g, (_, name: Published) => tarballs[name])
			.replace(/\bauth (migrate|generate)\b/g, "auth $1 --yes")
			// What the others ask a registry for by name.
			.replace(/^npm install (?!--)/gm, `npm install ${tarballs.client} `)
	);
}
