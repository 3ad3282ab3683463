import { DevnetError } from "../errors.ts";

type Fetch = typeof globalThis.fetch;

/** Origins that lead elsewhere, for every network in this process. */
const targets = new Map<string, string>();
/** What ours hands on to. Kept for good: somebody may have taken ours for the real one. */
let original: Fetch = globalThis.fetch;
let wrapped = false;

/**
 * Makes `globalThis.fetch`, which is what the PDS fetches client metadata with, go to `target` for
 * everything under `origin`. Every other request passes untouched. Returns the way back; when the
 * last mapping is gone, so is the wrapper.
 */
export function mapOrigin(origin: string, target: string): () => void {
	if (targets.has(origin))
		throw new DevnetError(`${origin} is published already; take that back first`);
	targets.set(origin, target);
	if (!wrapped) {
		original = globalThis.fetch;
		globalThis.fetch = mappedFetch;
		wrapped = true;
	}
	return () => {
		targets.delete(origin);
		// Somebody who has wrapped fetch since then still calls ours, which then maps nothing.
		if (targets.size > 0 || globalThis.fetch !== mappedFetch) return;
		globalThis.fetch = original;
		wrapped = false;
	};
}

const mappedFetch: Fetch = async (input, init) => {
	const url = new URL(input instanceof Request ? input.url : String(input));
	const target = targets.get(url.origin);
	if (!target) return original(input, init);
	return original(new Request(`${target}${url.pathname}${url.search}`, new Request(input, init)));
};
