import { parseArgs } from "node:util";
import { startDemoWorld } from "./demo-world.ts";
import { build } from "./run.ts";
import { tour } from "./tour.ts";

/** `npm run demo`: the example app on a network of its own, until Ctrl-C; `--tour` shows itself. */

const { values } = parseArgs({
	options: { port: { type: "string", default: "3000" }, tour: { type: "boolean", default: false } },
});

console.log("Building…");
build("@better-auth-bsky/example-next-app");
console.log("Starting an AT Protocol network and the app…");
const world = await startDemoWorld(Number(values.port));

let closing: Promise<void> | undefined;
async function leave(code: number): Promise<never> {
	closing ??= world.close();
	await closing;
	process.exit(code);
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
	process.on(signal, () => leave(0));
}

if (values.tour) await leave((await tour(world)) ? 0 : 1);

const { app, network } = world;
const width = Math.max(...network.accounts.map(({ handle }) => handle.length));
console.log(`
  The app is running:  ${app.url}

  Sign in with Bluesky as
${network.accounts.map(({ handle, password }) => `    ${handle.padEnd(width)}   password  ${password}`).join("\n")}

  or make an account with e-mail (any address will do) and connect one of these to it.
  All of it lives on this machine. Ctrl-C stops it, and nothing stays.
`);
