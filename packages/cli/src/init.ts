import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { confirm, isCancel } from "@clack/prompts";
import { Command } from "commander";
import { withCwd } from "./cwd.ts";
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
import { readManifest } from "./project/manifest.ts";
import { COMMANDS } from "./project/package-manager.ts";

interface Options {
	cwd: string;
	config?: string;
	yes?: true;
	install?: true;
	json?: true;
}

export const initCommand = (end: End): Command =>
	withCwd(new Command("init"))
		.description("Adds Sign in with Bluesky to an app that has better-auth.")
		.option("--config <file>", "the file with betterAuth(), where it isn't found")
		.option("-y, --yes", "write without asking")
		.option("--install", "install the packages, too")
		.option("--json", "say what is to be done, or was, as JSON")
		.action(async (options: Options) => end(await init(options)));

async function init({ cwd, config, yes, install, json }: Options): Promise<number> {
	const app = readApp(resolve(cwd), config);
	const plan = planOf(app);
	if (!json) say(about(app), plan);
	const mayAsk = !yes && !json && process.stdin.isTTY && process.stdout.isTTY;
	const isMissing = plan.edits.length > 0;
	const mayWrite = yes ?? (mayAsk && isMissing && (await isWanted("Write this?")));
	if (mayWrite) {
		write(app.root, plan.edits);
		await installPackages(app, install ?? (mayAsk ? "ask" : false));
	}
	if (json) {
		process.stdout.write(`${JSON.stringify(report(app, plan, mayWrite && isMissing))}\n`);
	} else {
		// It may ask for the packages by now.
		sayNext({ ...app, manifest: readManifest(app.root) }, plan, mayWrite);
	}
	const isLeft = plan.byHand.some((each) => !each.maybeElsewhere) || (isMissing && !mayWrite);
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
	if (!auth) found.push("betterAuth() in another folder: run this there, too");
	return [...found, packageManager].join(", ");
}

async function isWanted(message: string): Promise<boolean> {
	const answer = await confirm({ message });
	return !isCancel(answer) && answer;
}

async function installPackages(app: App, wanted: boolean | "ask"): Promise<void> {
	const packages = missingPackages(app);
	const command = `${COMMANDS[app.packageManager].add} ${packages.join(" ")}`;
	if (packages.length === 0 || !wanted) return;
	if (wanted === "ask" && !(await isWanted(`Run \`${command}\`?`))) return;
	// What --json says is the only thing on its output.
	const { status } = spawnSync(command, {
		cwd: app.root,
		shell: true,
		stdio: ["inherit", 2, 2],
	});
	if (status === 0) return;
	throw new CannotRun(
		`The files are written, and \`${command}\` failed: see above. Run it again once that is mended.`,
	);
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
