interface Builtins {
	"node:crypto": typeof import("node:crypto");
	"node:dns/promises": typeof import("node:dns/promises");
	"node:net": typeof import("node:net");
}

/**
 * A module built into Node, where this runtime has it, as Bun, Deno and workers do for some. Bundlers
 * see no import in this, and a runtime without it loads the file that asks all the same.
 */
export const builtin = <ID extends keyof Builtins>(id: ID): Builtins[ID] | undefined =>
	globalThis.process?.getBuiltinModule?.(id);

/** Cloudflare's workers, or what runs them elsewhere. */
export const isWorkerd = globalThis.navigator?.userAgent === "Cloudflare-Workers";

/**
 * What keeps work alive that goes on after the answer; undefined where nothing has to. By no `import()`:
 * bundlers for other runtimes would look for it.
 */
export const waitUntil = waitUntilOf(globalThis.process?.getBuiltinModule?.("cloudflare:workers"));

function waitUntilOf(workers: object | undefined) {
	const own: unknown = isWorkerd && workers && Reflect.get(workers, "waitUntil");
	return typeof own === "function" ? (work: Promise<void>): unknown => own(work) : undefined;
}

/**
 * Whether one request may wait for what another has begun. Workers of Cloudflare answer each request
 * by itself: what waits for another request's socket hangs there, and for good once that one is over.
 */
export const sharesPromises = !isWorkerd;

const ANY_APP = {};

/** Whose it is what goes for a whole app. Workers make one for each request, and its adapter with it. */
export const appOf = ({ adapter }: { adapter: object }): object => (isWorkerd ? ANY_APP : adapter);

const nodeCrypto = builtin("node:crypto");

/** SHA-256, by node:crypto where there is one: it needs no thread for a few bytes. */
export const sha256 = (bytes: Uint8Array<ArrayBuffer>): Uint8Array | Promise<Uint8Array> =>
	nodeCrypto
		? nodeCrypto.createHash("sha256").update(bytes).digest()
		: crypto.subtle.digest("SHA-256", bytes).then((digest) => new Uint8Array(digest));

/** @param ms in milliseconds */
export const sleep = (ms: number): Promise<void> =>
	new Promise((resolve) => setTimeout(resolve, ms));
