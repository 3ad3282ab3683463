#!/usr/bin/env node
import process from "node:process";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
	process.stderr.write(
		`bsky-devnet: this is Node ${process.versions.node}, and the reference servers need 22.15 or newer.\n`,
	);
	process.exit(2);
}
const { main } = await import("@better-auth-bsky/devnet/cli");
process.exitCode = await main(process.argv.slice(2));
