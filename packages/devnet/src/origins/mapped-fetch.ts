import { DevnetError } from "../errors.ts";

/** Origins that lead elsewhere, for every network in this process. */
const targets = new Map<string, string>();
let original: typeof globalThis.fetch | undefined;

/**
 * Makes `globalThis.fetch`, which is what the PDS fetches client metadata with, go to `target` for
 * everything under `origin`. Every other request passes untouched. Returns the way back; when the
 * last mapping is gone, so is the wrapper.
 */
export function mapOrigin(origin: string, target: string): () => void {
	if (targets.has(origin))
		throw new DevnetError(`${origin} is published already; take that back first`);
	targets.set(origin, target);
	if (!original) {
		original = globalThis.fetch;
		globalThis.fetch = mappedFetch;
	}
	return () => {
		targets.delete(origin);
		// Somebody who has wrapped fetch since then still calls ours, which then maps nothing.
		if (targets.size > 0 || globalThis.fetch !== mappedFetch || !original) return;
		globalThis.fetch = original;
		original = undefined;
	};
}

const mappedFetch: typeof globalThis.fetch = async (input, init) => {
	const pass = original as typeof globalThis.fetch;
	const url = new URL(input instanceof Request ? input.url : String(input));
	const target = targets.get(url.origin);
	if (!target) return pass(input, init);
	return pass(new Request(`${target}${url.pathname}${url.search}`, new Request(input, init)));
};
