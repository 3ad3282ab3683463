import { globSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const SRC = join(import.meta.dirname, "../src");

/** The floors of the house, as in ARCHITECTURE.md: a file imports from its own floor and below. */
const FLOORS = [
	["base/", "errors.ts", "schema.ts"],
	["stores/"],
	["identity/"],
	["xrpc-options.ts"],
	["options.ts"],
	["checks.ts"],
	["oauth/"],
	["memory.ts"],
	["bsky.ts"],
	["sessions/"],
	["accounts/", "xrpc/"],
	["routes/"],
	["plugin.ts"],
	["for-clients.ts"],
	["shared.ts"],
	["index.ts"],
];

const floorOf = (file: string) => FLOORS.findIndex((rooms) => rooms.includes(roomOf(file)));

const roomOf = (file: string) => file.replace(/\/.*/, "/");

test("no import climbs, and none crosses to another room of its floor", () => {
	const files = globSync("**/*.ts", { cwd: SRC }).filter((file) => !file.endsWith(".test.ts"));
	const wrong = files.flatMap((file) =>
		[...readFileSync(join(SRC, file), "utf8").matchAll(/(?:from|import)\s*\(?"(\..*?)"/g)]
			.map(([, path = ""]) => join(dirname(file), path))
			.filter((target) => floorOf(target) > floorOf(file) || isAcross(file, target))
			.map((target) => `${file} -> ${target}`),
	);
	expect(files.filter((file) => floorOf(file) === -1)).toEqual([]);
	expect(wrong).toEqual([]);
});

/** On one floor, rooms don't know each other; on the ground floor they are one. */
const isAcross = (file: string, target: string) =>
	floorOf(file) > 0 && floorOf(target) === floorOf(file) && roomOf(target) !== roomOf(file);

/** What a file imports when it runs: types are gone by then. */
const VALUE_IMPORT =
	/^import\s(?!type\s)(?:[^;"]*?from\s)?"([^"]+)"|^export\s(?!type\s)[^;"=]*?from\s"([^"]+)"|(?<!typeof )\bimport\(\s*"([^"]+)"/gm;

test("no file imports a module of Node's: other runtimes may lack it (base/runtime.ts)", () => {
	const files = globSync("**/*.ts", { cwd: SRC }).filter((file) => !file.endsWith(".test.ts"));
	const imports = files.flatMap((file) =>
		[...readFileSync(join(SRC, file), "utf8").matchAll(VALUE_IMPORT)].map(
			(found) => `${file} -> ${found.slice(1).find(Boolean)}`,
		),
	);
	// The expression does find what there is.
	expect(imports).toContain(`${join("base", "seal.ts")} -> better-auth/crypto`);
	expect(imports.filter((each) => isBuiltin(each.split(" -> ")[1] ?? ""))).toEqual([]);
});

test("one file speaks to the app's logger, and it fails nothing by that", () => {
	const files = globSync("**/*.ts", { cwd: SRC }).filter((file) => !file.endsWith(".test.ts"));
	const speaks = files.filter((file) => /logger[.[]\w/.test(readFileSync(join(SRC, file), "utf8")));
	expect(speaks).toEqual([join("base", "log.ts")]);
});
