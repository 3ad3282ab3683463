#!/usr/bin/env node
import process from "node:process";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
	process.stderr.write(
		`better-auth-bsky: this is Node ${process.versions.node}, and it takes 22.15 or newer, as the plugin does.\n`,
	);
	process.exit(2);
}
const { main } = await import("@better-auth-bsky/cli");
const code = await main(process.argv.slice(2));
// What an app has opened would keep this open. What is written goes out first.
process.stdout.write("", () =>
	process.stderr.write("", () => {
		// What an app says when it goes is none of this command's words.
		process.stdout.write = process.stderr.write.bind(process.stderr);
		process.exit(code);
	}),
);
