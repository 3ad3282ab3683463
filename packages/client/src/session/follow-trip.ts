import { createAsk } from "../ask.ts";
import { type BskyContext, sessionOptions } from "../context.ts";
import { tell } from "../tell.ts";
import { arrive, type Tell } from "./arrive.ts";
import { createBskySession } from "./session.ts";

/** Waits until it is known who is signed in after a trip, and tells the page; returns what ends it. */
export function followTrip(context: () => BskyContext): () => void {
	const options = sessionOptions({}, context());
	return createBskySession(options).$state.subscribe(({ data, error, isPending }) => {
		const isNobody = !isPending && !data && !error;
		if (!data?.did && !isNobody) return;
		const { onConnect, onSuccess } = context();
		const parts = {
			ask: createAsk(() => options),
			options: { ...options, onConnect, onSuccess },
			tell: tellPage,
		};
		// A component that hears of it in the same moment comes first.
		setTimeout(arrive, 0, parts, data);
	});
}

const tellPage: Tell = (name, detail, callback) => tell(document, name, detail, callback);
