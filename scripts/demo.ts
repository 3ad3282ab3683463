import { parseArgs } from "node:util";
import { EXAMPLE_NAMES, EXAMPLES, isExampleName } from "@better-auth-bsky/tools/examples";
import { build } from "@better-auth-bsky/tools/workspace";
import { startDemoWorld } from "./demo-world.ts";
import { tour } from "./tour.ts";

/**
 * `npm run demo`: the example apps, or those that are named, on a network of their own, until
 * Ctrl-C; `--tour` shows them by itself.
 */

const { values, positionals } = parseArgs({
	options: { tour: { type: "boolean", default: false } },
	allowPositionals: true,
});
const unknown = positionals.find((name) => !isExampleName(name));
if (unknown !== undefined) {
	console.error(`There is no example "${unknown}". There are ${EXAMPLE_NAMES.join(", ")}.`);
	process.exit(1);
}
const asked = positionals.filter(isExampleName);
const names = asked.length > 0 ? asked : EXAMPLE_NAMES;

console.log("Building…");
build(...names.map((name) => `./examples/${EXAMPLES[name].folder}`));
console.log("Starting an AT Protocol network and the apps on it…");
const world = await startDemoWorld(names);

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

const { apps, network } = world;
console.log("\nThe same small app, on one network:");
console.table(
	Object.fromEntries(
		apps.map(({ name, url }) => [EXAMPLES[name].framework, { "open in a browser": url }]),
	),
);
console.log("Sign in with Bluesky as one of these, or make an account with any e-mail address:");
console.table(
	Object.fromEntries(
		network.accounts.map(({ handle, password, pds }) => [handle, { password, server: pds.url }]),
	),
);
console.log("A status that is set in one app is seen in the others, when they are loaded again.");
console.log("All of it lives on this machine. Ctrl-C stops it, and nothing stays.\n");
