import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";

/** Asks on a connection of its own: one that is kept may have ended with a server that was down. */
export async function getOnce(url: string): Promise<IncomingMessage> {
	const [response] = (await once(get(url, { agent: false }), "response")) as [IncomingMessage];
	return response.resume();
}
