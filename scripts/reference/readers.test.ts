import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { exportsOf } from "./exports.ts";
import { commandsIn, flagsIn } from "./flags.ts";
import { inKilobytes } from "./kilobytes.ts";
import { membersOf } from "./members.ts";
import { silentIn } from "./silent.ts";
import { readStyles } from "./styles.ts";
import { moduleOfSvelte } from "./svelte.ts";

/** The properties of `Options` in a file with this text. */
function optionsIn(text: string) {
	const folder = mkdtempSync(join(tmpdir(), "reference-"));
	const file = join(folder, "index.ts");
	writeFileSync(file, text);
	try {
		const program = ts.createProgram([file], { strict: true, types: [], noLib: true });
		const doors = [{ path: ".", file }];
		const found = exportsOf({ name: "x", folder, doors, families: {} }, program).get("Options");
		const checker = program.getTypeChecker();
		return found ? membersOf(checker.getDeclaredTypeOfSymbol(found.symbol), checker) : [];
	} finally {
		rmSync(folder, { recursive: true });
	}
}

test("types are shown as they were written, groups of options one by one", () => {
	const options = optionsIn(`
		interface ColourOptions {
			/** How bright. @default 1 */
			light?: number;
		}
		type Name = string | symbol;
		export interface Options {
			/** Who {@link Options} are for. @see https://a.test/b#c */
			name: Name | readonly Name[];
			colour?: ColourOptions;
			call?: (name: Name) => void;
			/**
			 * - one;
			 * - two.
			 * @default the first
			 */
			grow?(by: ColourOptions["light"]): "b" | "a";
		}
	`);
	expect(options).toMatchObject([
		{ name: "name", type: "Name | readonly Name[]", optional: false, see: ["https://a.test/b#c"] },
		{ name: "colour.light", type: "number", optional: true, default: "1", text: "How bright." },
		{ name: "call", type: "(name: Name) => void", text: "" },
		{ name: "grow", type: '(by: ColourOptions["light"]) => "b" | "a"', default: "the first" },
	]);
	expect(options[0]?.text).toBe("Who `Options` are for.");
	expect(silentIn({ options }, [])).toEqual(["options.call"]);
});

test("a Svelte component is its props, its docstring and what can be bound", () => {
	const module = moduleOfSvelte(`<!--
@component
A field.
-->
<script lang="ts" module>
	export interface FieldProps { value?: string }
</script>
<script lang="ts">
	let { value = $bindable(), ...rest }: FieldProps = $props();
</script>
<p>{value}</p>`);
	expect(module).toContain("export interface FieldProps");
	expect(module).toContain("/** A field. */");
	expect(module).toContain('Component<FieldProps, object, "value">');
	expect(module).not.toContain("$bindable");
});

test("flags and commands are found in a help text, several flags to a line", () => {
	const help = [
		"Usage: x [flags]",
		"",
		"  go SOMEWHERE  Away,",
		"                at once",
		"  stay",
		"",
		"  --one KIND   What it does, and more",
		"               of it",
		"  --a N  --b N",
		"               One of them",
		"",
		"Nothing else.",
	].join("\n");
	expect(flagsIn(help)).toEqual([
		{ flags: ["--one KIND"], text: "What it does, and more of it" },
		{ flags: ["--a N", "--b N"], text: "One of them" },
	]);
	expect(commandsIn(help)).toEqual([
		{ flags: ["go SOMEWHERE"], text: "Away, at once" },
		{ flags: ["stay"], text: "" },
	]);
});

test("a size stays as it was said while it is nearly true", () => {
	expect(inKilobytes(7949, undefined)).toBe(7.9);
	expect(inKilobytes(7951, 7.9)).toBe(7.9);
	expect(inKilobytes(8001, 7.9)).toBe(8);
});

test("a style sheet says what its properties are for, and speaks of no others", () => {
	const folder = mkdtempSync(join(tmpdir(), "reference-"));
	const file = join(folder, "styles.css");
	const rule =
		"a { color: var(--bsky-text, light-dark(#000, rgb(1 2 3))); gap: var(--bsky-gap, 1px) }";
	try {
		writeFileSync(file, `/*\n *   --bsky-text   black, dark blue   words\n */\n${rule}`);
		expect(readStyles(file)).toEqual([
			{ name: "--bsky-text", default: "light-dark(#000, rgb(1 2 3))", text: "words" },
			{ name: "--bsky-gap", default: "1px", text: "" },
		]);
		writeFileSync(file, `/*\n *   --bsky-gone   none   words\n */\n${rule}`);
		expect(() => readStyles(file)).toThrow("--bsky-gone");
	} finally {
		rmSync(folder, { recursive: true });
	}
});
