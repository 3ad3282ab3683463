import { styleText } from "node:util";
import { structuredPatch } from "diff";
import { DOCS_URL } from "../doctor/finding.ts";
import { COMMANDS } from "../project/package-manager.ts";
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

/** Says what was done, and what is to be run. */
export function sayNext(app: App, plan: Plan, written: boolean): void {
	const commands = next(app);
	const width = Math.max(...commands.map(({ command }) => command.length));
	const lines = commands.map(({ command, why }) =>
		why ? `    ${command.padEnd(width)}   # ${why}` : `    ${command}`,
	);
	const isDone = plan.edits.length === 0 && plan.byHand.length === 0;
	const then = isDone ? "To run, where it hasn't been:" : "Then run:";
	const out = [stateOf(plan, written), ...(lines.length > 0 ? ["", then, "", ...lines] : [])];
	const devnet = `${COMMANDS[app.packageManager].run} @better-auth-bsky/cli devnet`;
	out.push("", `To sign in without an account of Bluesky, on this machine alone: \`${devnet}\`.`);
	out.push(`What the app needs for that: ${DOCS_URL}/guides/testing`);
	process.stdout.write(`${out.join("\n")}\n`);
}

function stateOf({ edits: { length }, byHand }: Plan, written: boolean): string {
	if (length > 0 && !written) return "Nothing is written. `--yes` writes it without asking.";
	if (length > 0) return `${length} ${length === 1 ? "file is" : "files are"} written.`;
	return byHand.length > 0 ? "Nothing else is missing." : "Nothing to do: it is all there.";
}
