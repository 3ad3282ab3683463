import { once } from "node:events";
import type { Network } from "../src/index.ts";

/** A message, as far as the tests look into it. */
export interface Message {
	did: string;
	time_us: number;
	kind: string;
	commit?: {
		rev: string;
		operation: string;
		collection: string;
		rkey: string;
		record?: Record<string, unknown>;
		cid?: string;
	};
	identity?: { did: string; handle: string; seq: number; time: string };
	account?: { did: string; active: boolean; status?: string; seq: number; time: string };
}

/** A plain WebSocket at the Jetstream of `network`. */
export async function listen({ jetstreamUrl }: Network, query = "") {
	const socket = new WebSocket(`${jetstreamUrl}?${query}`);
	const waiting: ((message: Message) => void)[] = [];
	const arrived: Message[] = [];
	socket.addEventListener("message", ({ data }) => {
		const message = JSON.parse(data as string) as Message;
		const take = waiting.shift();
		if (take) take(message);
		else arrived.push(message);
	});
	const closed = once(socket, "close").then(([event]) => event as CloseEvent);
	await Promise.race([
		once(socket, "open"),
		closed.then(() => {
			throw new Error("Jetstream didn't let us in");
		}),
	]);
	const next = async () => {
		const message = arrived.shift();
		return message ?? (await new Promise<Message>((resolve) => waiting.push(resolve)));
	};
	return {
		socket,
		closed,
		/** What has arrived and wasn't asked for. */
		arrived,
		next,
		async take(count: number) {
			const messages: Message[] = [];
			while (messages.length < count) messages.push(await next());
			return messages;
		},
		async [Symbol.asyncDispose]() {
			socket.close();
			await closed;
		},
	};
}
