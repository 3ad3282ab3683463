import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { CannotRun } from "../outcome.ts";
import { type Source, sessionIn } from "./person.ts";

/**
 * Everybody in a file with a JSON object a line: `did`, and as far as they are known `userId`, `handle`,
 * `session` (`NodeSavedSession`, or its text) and `clientId`.
 */
export async function* ofFile(path: string, clientId?: string): Source {
	if (!existsSync(path)) throw new CannotRun(`There is no ${path}.`);
	let number = 0;
	for await (const line of createInterface({ input: createReadStream(path) })) {
		number++;
		if (line.trim() === "") continue;
		yield personIn(line, `${path}, line ${number}`, clientId);
	}
}

function personIn(line: string, where: string, clientId: string | undefined) {
	try {
		const read: unknown = JSON.parse(line);
		const { did, userId, handle, session, clientId: own } = Object(read);
		if (typeof did !== "string") throw new Error("it has no `did`");
		return {
			did,
			userId: typeof userId === "string" ? userId : null,
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
