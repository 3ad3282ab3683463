import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fillMarks, marksOf } from "@better-auth-bsky/tools/marks";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import { type Reference, readReference } from "./reference/data.ts";
import { readPackages } from "./reference/doors.ts";
import { contentsOf } from "./reference/pages.ts";
import { silent } from "./reference/silent.ts";

/**
 * `npm run reference`: writes the tables and figures of the READMEs, between their marks, and
 * `docs/reference.json`, which says the same for programs. All of it comes from the source: types,
 * docstrings, schema. With `--check` it writes nothing, and fails where something is stale.
 */

const DATA = join(ROOT, "docs", "reference.json");
const isCheck = process.argv.includes("--check");
const read = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : undefined);

const packages = readPackages();
const before: Partial<Reference> = JSON.parse(read(DATA) ?? "{}");
const reference = await readReference(packages, before.sizes ?? {});
const contents = contentsOf(reference);

const wanted = new Map([[DATA, `${JSON.stringify(reference, null, "\t")}\n`]]);
const problems = silent(reference).map(
	(name) => `${name} has no docstring, which editors show, too. Write one where it is declared.`,
);
const homeless = new Set(contents.keys());
for (const folder of [ROOT, ...packages.map((each) => each.folder)]) {
	const file = join(folder, "README.md");
	const page = read(file) ?? "";
	for (const mark of marksOf(page)) {
		homeless.delete(mark);
		if (!contents.has(mark))
			problems.push(`${relative(ROOT, file)}: nothing in the source goes by "${mark}".`);
	}
	wanted.set(
		file,
		fillMarks(page, (mark) => contents.get(mark)),
	);
}
for (const name of homeless)
	problems.push(
		`No README has a place for "${name}". Put <!-- ${name}: begin; written by \`npm run reference\` -->` +
			` and <!-- ${name}: end --> where it belongs.`,
	);

for (const [file, text] of wanted) {
	if (read(file) === text) continue;
	const name = relative(ROOT, file);
	if (isCheck) {
		problems.push(`${name} is stale. \`npm run reference\` writes it anew.`);
	} else {
		writeFileSync(file, text);
		console.log(`Wrote ${name}`);
	}
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
