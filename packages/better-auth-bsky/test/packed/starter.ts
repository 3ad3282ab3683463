import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Published } from "@better-auth-bsky/tools/pack";
import { run } from "@better-auth-bsky/tools/run";

/** The commands ask nobody for more than packages; Prisma takes any program for its engine. */
const QUIET = {
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
	viteReact: "create-vite@latest web --template react-ts --no-interactive",
	viteVue: "create-vite@latest app --template vue-ts --no-interactive",
} as const;

/** Something that is written down in a guide to be done. */
interface Step {
	/** A file to write; without a name these are commands. */
	file: string | undefined;
	code: string;
}

/** The code of a section of a guide, in its order. A comment at the top names a file. */
function stepsOf(guide: string, heading: string): Step[] {
	const [, section = ""] = guide.split(`\n## ${heading}\n`);
	const [own = ""] = section.split(/^## /m);
	return [...own.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, code = ""]) => {
		const [, file] = language === "sh" ? [] : (/^(?:\/\/|#|<!--) (\S+)/.exec(code) ?? []);
		if (!file && language !== "sh") throw new Error(`This names no file:\n${code}`);
		return { file, code };
	});
}

/** How a guide is followed on this machine. */
interface Circumstances {
	tarballs: Record<Published, string>;
	/** Which ports stand for those of the guide. */
	ports: Record<string, number>;
	/** What else the settings of the app hold, in its `.env` files. */
	settings?: Record<string, string>;
	/** Commands that can't be given here as they stand, with what is done in place of each. */
	instead?: Record<string, string>;
}

/**
 * Does everything that a section of a guide says, but for the last commands, which start the app.
 *
 * @returns those
 */
export async function follow(
	guide: string,
	heading: string,
	root: string,
	{ tarballs, ports, settings = {}, instead = {} }: Circumstances,
): Promise<string> {
	const onPorts = (code: string) =>
		code.replace(/\b\d{4}\b/g, (port) => String(ports[port] ?? port));
	const asTold = (commands: string) =>
		Object.entries(instead).reduce((all, [from, to]) => all.replace(from, () => to), commands);
	const steps = stepsOf(guide, heading);
	const start = steps.pop();
	if (!start || start.file) throw new Error(`The section "${heading}" ends with no command.`);
	for (const { file, code } of steps) {
		if (file) {
			await mkdir(dirname(join(root, file)), { recursive: true });
			await writeFile(join(root, file), onPorts(filled(code, settings)));
		} else {
			await run("sh", ["-ec", withTarballs(asTold(code), tarballs)], root, QUIET);
		}
	}
	return asTold(onPorts(start.code));
}

/** A file of a guide, with what only this machine knows. */
function filled(code: string, settings: Record<string, string>): string {
	const values = { BETTER_AUTH_SECRET: randomBytes(32).toString("base64"), ...settings };
	return Object.entries(values).reduce(
		(text, [name, value]) => text.replace(new RegExp(`(?<=^${name}=).*`, "m"), () => value),
		code,
	);
}

/** The commands of a guide, with the tarballs in place of what isn't published yet. */
function withTarballs(commands: string, tarballs: Record<Published, string>): string {
	return (
		commands
			.replace(/@better-auth-bsky\/(\w+)/g, (_, name: Published) => tarballs[name])
			.replace(/\bauth (migrate|generate)\b/g, "auth $1 --yes")
			// What the others ask a registry for by name.
			.replace(/^npm install (?!--)/gm, `npm install ${tarballs.client} `)
	);
}
