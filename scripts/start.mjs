// `npm test`, `npm run demo` and `npm run bench` begin here, on whatever Node (18 or newer) is at
// hand. It installs the workspace, which brings its own Node, and hands over to that one.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [task, ...args] = process.argv.slice(2);
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const env = {
	...process.env,
	PATH: join(root, "node_modules", ".bin") + delimiter + process.env.PATH,
	NEXT_TELEMETRY_DISABLED: "1",
	NUXT_TELEMETRY_DISABLED: "1",
	TURBO_TELEMETRY_DISABLED: "1",
	// No question is asked: the same install runs on a laptop and in CI.
	CI: process.env.CI ?? "true",
};

function run(command, commandArgs) {
	const shell = process.platform === "win32";
	const { status, signal } = spawnSync(command, commandArgs, {
		cwd: root,
		env,
		stdio: "inherit",
		shell,
	});
	if (status !== 0) process.exit(status ?? (signal === "SIGINT" ? 130 : 1));
}

const taskFile = join(root, "scripts", `${task}.ts`);
if (!existsSync(taskFile)) {
	console.error(`There is no task "${task}".`);
	process.exit(1);
}

// Most of the stack declares Node 22 or newer; the Node that runs the install is only a bootstrap.
run("npx", [
	"-y",
	packageManager,
	"install",
	"--frozen-lockfile",
	"--prefer-offline",
	"--loglevel=error",
]);
const child = spawn("node", ["--conditions=@better-auth-bsky/source", taskFile, ...args], {
	cwd: root,
	env,
	stdio: "inherit",
	shell: process.platform === "win32",
});
// Whoever is told to stop, the task is: it cleans up, and this process ends after it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
// npm tells only its shell, which doesn't tell anyone: when that is gone, it was meant for us.
const shell = process.ppid;
if (process.env.npm_lifecycle_event) {
	setInterval(() => process.ppid !== shell && child.kill("SIGTERM"), 500).unref();
}
child.on("exit", (status, signal) => process.exit(status ?? (signal === "SIGINT" ? 130 : 1)));
