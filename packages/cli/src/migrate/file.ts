import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { CannotRun } from "../outcome.ts";
import { isFile } from "../project/auth-config.ts";
import { type Source, sessionIn } from "./person.ts";

/**
 * Everybody in a file with a JSON object a line: `did`, and as far as they are known `userId`, `handle`,
 * `session` (`NodeSavedSession`, or its text) and `clientId`.
 */
export async function* ofFile(path: string, clientId?: string): Source {
	if (!isFile(path)) throw new CannotRun(`There is no file ${path}.`);
	// All of it is read once before anybody is brought over: a mistake further down leaves nothing half done.
	for await (const _ of peopleIn(path, clientId));
	yield* peopleIn(path, clientId);
}

async function* peopleIn(path: string, clientId: string | undefined): Source {
	let number = 0;
	for await (const line of createInterface({ input: createReadStream(path) })) {
		number++;
		const text = line.replace(/^\uFEFF/, "");
		if (text.trim() === "") continue;
		yield personIn(text, `${path}, line ${number}`, clientId);
	}
}

function personIn(line: string, where: string, clientId: string | undefined) {
	try {
		const read: unknown = JSON.parse(line);
		const { did, userId, handle, session, clientId: own } = Object(read);
		if (typeof did !== "string") throw new Error("it has no `did`");
		// Some databases count their users.
		const isId = ["string", "number", "undefined"].includes(typeof (userId ?? undefined));
		if (!isId) throw new Error("its `userId` is no ID");
		return {
			did,
			userId: String(userId ?? "") || null,
			handle: typeof handle === "string" ? handle : undefined,
			session: sessionIn(session, typeof own === "string" ? own : clientId),
			forget: async () => {},
		};
	} catch (error) {
		// A parser's own message may quote what is in the line.
		const why = error instanceof SyntaxError ? "it is no JSON" : String(Object(error).message);
		throw new CannotRun(
			`${where} can't be read: ${why}. Each line is an object, as {"did":"did:plc:…","handle":"…","session":{…}}.`,
		);
	}
}
