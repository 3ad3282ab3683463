import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { PDS } from "@atproto/pds";

/** A request on its way to a PDS. */
export interface Asked {
	method: string;
	/** Without the query. */
	path: string;
	/** Path and query, as they came. */
	url: string;
	headers: IncomingHttpHeaders;
	body: Buffer;
}

/** An answer on its way back. */
export interface Answer {
	status: number;
	headers: OutgoingHttpHeaders;
	body: Buffer;
}

/** A way of a server to behave. One is made for each time that a server takes it up. */
export interface Habit {
	/** Stands in front of the server: may answer in its place, or change what `next` answers. */
	front?(asked: Asked, next: () => Promise<Answer>, server: PDS): Answer | Promise<Answer>;
	/**
	 * Changes the server itself, and gives back how to change it back. Only for what can't be seen
	 * from outside: a proof is signed over the nonce and the access token that the client was given.
	 */
	within?(server: PDS): () => void;
}

/** A habit at one endpoint: what it makes of each answer there. */
export const rewriting = (
	applies: (asked: Asked) => boolean,
	rewrite: (answer: Answer, asked: Asked) => Answer,
): Habit => ({
	front: async (asked, next) => (applies(asked) ? rewrite(await next(), asked) : next()),
});
