import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** What one framework alone needs. */
const OWN: Record<string, string[]> = {
	react: [],
	svelte: [],
	// Vue wants the names of props at run time.
	vue: ["runtime-props"],
};

/** The sources of a framework's package, whatever they end in. */
const filesOf = (framework: string) =>
	readdirSync(fileURLToPath(new URL(`../../${framework}/src`, import.meta.url)))
		.map((name) => name.replace(/\..*/, ""))
		.filter((name) => !OWN[framework]?.includes(name))
		.sort();

test("whoever knows one framework's package knows them all: the files are the same", () => {
	expect(filesOf("svelte")).toEqual(filesOf("react"));
	expect(filesOf("vue")).toEqual(filesOf("react"));
});
