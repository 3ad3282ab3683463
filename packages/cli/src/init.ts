import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { confirm, isCancel } from "@clack/prompts";
import { Command } from "commander";
import { type App, readApp } from "./init/app.ts";
import { clientPlugin } from "./init/client-plugin.ts";
import { env } from "./init/env.ts";
import { handler } from "./init/handler.ts";
import { missingPackages, next } from "./init/next.ts";
import { nitro } from "./init/nitro.ts";
import { page } from "./init/page.ts";
import type { Plan } from "./init/plan.ts";
import { routes } from "./init/routes.ts";
import { serverPlugin } from "./init/server-plugin.ts";
import { diffOf, say, sayNext } from "./init/show.ts";
import { write } from "./init/write.ts";
import type { End } from "./main.ts";
import { CannotRun, exitCodes } from "./outcome.ts";
import { FRAMEWORKS } from "./project/framework.ts";
import { COMMANDS } from "./project/package-manager.ts";

interface Options {
	cwd: string;
	config?: string;
	yes?: true;
	install?: true;
	json?: true;
}

export const initCommand = (end: End): Command =>
	new Command("init")
		.description("Adds Sign in with Bluesky to an app that has better-auth.")
		.option("-c, --cwd <folder>", "the folder of the app", process.cwd())
		.option("--config <file>", "the file with betterAuth(), where it isn't found")
		.option("-y, --yes", "write without asking")
		.option("--install", "install the packages, too")
		.option("--json", "say what is to be done, or was, as JSON")
		.action(async (options: Options) => end(await init(options)));

async function init({ cwd, config, yes, install, json }: Options): Promise<number> {
	const app = readApp(resolve(cwd), config);
	const plan = planOf(app);
	if (!json) say(about(app), plan);
	const mayWrite = yes ?? (!json && plan.edits.length > 0 && (await isWanted()));
	if (mayWrite) write(app.root, plan.edits);
	if (mayWrite && install) installPackages(app);
	if (json) {
		process.stdout.write(`${JSON.stringify(report(app, plan, mayWrite))}\n`);
	} else sayNext(app, plan, mayWrite);
	const isLeft =
		plan.byHand.some((each) => !each.maybeElsewhere) || (plan.edits.length > 0 && !mayWrite);
	return isLeft ? exitCodes.findings : exitCodes.fine;
}

/** All that has to be in the app, as far as it isn't. */
function planOf(app: App): Plan {
	const plans = [serverPlugin, clientPlugin, handler, page, routes, nitro, env].map((part) =>
		part(app),
	);
	return {
		edits: plans.flatMap((plan) => plan.edits),
		byHand: plans.flatMap((plan) => plan.byHand),
	};
}

/** What was found, in a line. */
function about({ auth, framework, packageManager }: App): string {
	const found: string[] = [FRAMEWORKS[framework]];
	if (auth) found.push(`better-auth in ${auth.path}`);
	if (auth && auth.database !== "none") found.push(auth.database);
	return [...found, packageManager].join(", ");
}

/** Where nobody can answer, nothing is written. */
async function isWanted(): Promise<boolean> {
	if (!process.stdin.isTTY || !process.stdout.isTTY) return false;
	const answer = await confirm({ message: "Write this?" });
	return !isCancel(answer) && answer;
}

function installPackages(app: App): void {
	const packages = missingPackages(app);
	if (packages.length === 0) return;
	const [command = "", ...args] = [...COMMANDS[app.packageManager].add.split(" "), ...packages];
	const { status } = spawnSync(command, args, {
		cwd: app.root,
		// What --json says is the only thing on its output.
		stdio: ["inherit", 2, 2],
		shell: process.platform === "win32",
	});
	if (status !== 0) {
		throw new CannotRun(
			`The files are written, and \`${command} ${args.join(" ")}\` failed: see above. ` +
				"Run it again once that is mended; all else stays as it is.",
		);
	}
}

const report = (app: App, plan: Plan, written: boolean) => ({
	framework: app.framework,
	packageManager: app.packageManager,
	config: app.auth?.path ?? null,
	database: app.auth?.database ?? null,
	written,
	files: plan.edits.map((edit) => ({ path: edit.path, what: edit.what, diff: diffOf(edit) })),
	byHand: plan.byHand,
	next: next(app).map(({ command }) => command),
});
