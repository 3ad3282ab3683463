import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { helpOn } from "./docs-url.ts";
import { requireRecentNode } from "./recent-node.ts";

test("a Node that is too old is named at start-up, with what is needed", () => {
	for (const node of ["18.20.8", "20.20.2", "22.14.0", "21.7.3"]) {
		expect(() => requireRecentNode({ node })).toThrow(
			`[better-auth-bsky] This is Node ${node}. Signing in with Bluesky needs Node 22.15 or newer. help=${helpOn("node_too_old")}`,
		);
	}
});

test("what is new enough, or no Node, passes", () => {
	for (const node of ["22.15.0", "22.23.3", "24.0.0", "26.12.1", "100.0.0-pre"])
		expect(() => requireRecentNode({ node })).not.toThrow();
	const node = "18.0.0";
	expect(() => requireRecentNode({ node, bun: "1.4.5" })).not.toThrow();
	expect(() => requireRecentNode({ node, deno: "2.9.6" })).not.toThrow();
	expect(() => requireRecentNode({})).not.toThrow();
});

test("it is the version that the package asks for", () => {
	const { engines } = JSON.parse(
		readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
	);
	const node = engines.node.replace(">=", "");
	expect(() => requireRecentNode({ node })).not.toThrow();
	const [major, minor] = node.split(".").map(Number);
	expect(() => requireRecentNode({ node: `${major}.${minor - 1}.9` })).toThrow(node);
});
