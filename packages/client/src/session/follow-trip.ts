import { createAsk } from "../ask.ts";
import { type BskyContext, sessionOptions } from "../context.ts";
import { tell } from "../tell.ts";
import { arrive } from "./arrive.ts";
import { createBskySession } from "./session.ts";

/** Waits until it is known who is signed in after a trip, and tells the page; returns what ends it. */
export function followTrip(context: () => BskyContext): () => void {
	const options = sessionOptions({}, context());
	return createBskySession(options).$state.subscribe(({ data, error, isPending }) => {
		const isNobody = !isPending && !data && !error;
		if (!data?.did && !isNobody) return;
		const { onConnect, onSuccess } = context();
		void arrive(
			{
				ask: createAsk(() => options),
				options: { ...options, onConnect, onSuccess },
				tell: (name, detail, callback) => tell(document, name, detail, callback),
			},
			data,
		);
	});
}
