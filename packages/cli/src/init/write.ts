import { isUtf8 } from "node:buffer";
import {
	chmodSync,
	existsSync,
	mkdirSync,
	readFileSync,
	realpathSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { CannotRun, messageOf } from "../outcome.ts";
import type { Edit } from "./plan.ts";

/** Writes all files or none: each is made beside its place first. */
export function write(root: string, edits: readonly Edit[]): void {
	const made: { from: string; to: string }[] = [];
	try {
		for (const edit of edits) made.push(prepare(root, edit));
	} catch (error) {
		for (const { from } of made) rmSync(from, { force: true });
		const why = messageOf(error);
		throw new CannotRun(`Nothing is written. ${why}`);
	}
	for (const { from, to } of made) renameSync(from, to);
}

function prepare(root: string, { path, before, after, secret }: Edit) {
	const place = join(root, path);
	const to = existsSync(place) ? realpathSync(place) : place;
	const bytes = existsSync(to) ? readFileSync(to) : undefined;
	// What else is in it would be something else then.
	if (bytes && !isUtf8(bytes)) throw new Error(`${path} is no UTF-8: save it as that first.`);
	// Another one in its place would be no mistake to the system, and is one to whoever has locked it.
	if (bytes && (statSync(to).mode & 0o222) === 0) throw new Error(`${path} may not be written to.`);
	const now = bytes?.toString();
	if (now !== before) throw new Error(`${path} has changed meanwhile. Run this again.`);
	mkdirSync(dirname(to), { recursive: true });
	const from = `${to}.${process.pid}`;
	writeFileSync(from, after, { flag: "wx", ...(secret && now === undefined && { mode: 0o600 }) });
	if (now !== undefined) chmodSync(from, statSync(to).mode);
	return { from, to };
}
