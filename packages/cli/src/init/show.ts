import { styleText } from "node:util";
import { structuredPatch } from "diff";
import type { App } from "./app.ts";
import { next } from "./next.ts";
import type { Edit, Plan } from "./plan.ts";

/** What changes in a file, as `diff -u` has it. */
export function diffOf({ path, before = "", after, secret }: Edit): string {
	// A last line of settings that ends without a line break is no news, and may be a secret.
	const from = secret
		? before.replace(/(?<=[^\n])$/, after.includes("\r\n") ? "\r\n" : "\n")
		: before;
	const { hunks } = structuredPatch(path, path, from, after, "", "", { context: secret ? 0 : 3 });
	return hunks
		.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
			`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
			...lines,
		])
		.map((line) => line.replace(/\r$/, ""))
		.join("\n");
}

/** Says what was found, what would be written, and what is left by hand. */
export function say(about: string, { edits, byHand }: Plan): void {
	const out = [about, ""];
	for (const each of edits) {
		out.push(
			styleText("bold", `${each.before === undefined ? "new " : ""}${each.path}`) +
				`: ${each.what}`,
		);
		out.push(coloured(diffOf(each)), "");
	}
	for (const { path, what, lines } of byHand) {
		const heading = styleText("bold", ["By hand", path].filter(Boolean).join(": "));
		out.push(`${heading}. ${what}:`);
		out.push(lines.replace(/^(?=.)/gm, "    ").trimEnd(), "");
	}
	process.stdout.write(`${out.join("\n")}\n`);
}

const coloured = (diff: string) =>
	diff.replace(/^([-+@]).*$/gm, (line, sign) =>
		styleText(sign === "+" ? "green" : sign === "-" ? "red" : "dim", line),
	);

/** Says what is to be run. */
export function sayNext(app: App, { edits, byHand }: Plan, written: boolean): void {
	const commands = next(app);
	const width = Math.max(...commands.map(({ command }) => command.length));
	const list = commands.map(({ command, why }) =>
		`    ${command.padEnd(width)}${why && `   # ${why}`}`.trimEnd(),
	);
	const state =
		edits.length > 0
			? written
				? `${edits.length} files are written.`
				: "Nothing is written: `--yes` writes it."
			: byHand.length > 0
				? "Nothing else to write."
				: "Nothing to do: it is all there.";
	const then =
		list.length > 0
			? `${edits.length > 0 || byHand.length > 0 ? "Then run" : "To run, where it hasn't been"}:\n\n${list.join("\n")}\n`
			: "";
	process.stdout.write(`${state}\n${then && `\n${then}`}`);
}
