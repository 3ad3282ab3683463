interface Builtins {
	"node:dns/promises": typeof import("node:dns/promises");
	"node:net": typeof import("node:net");
}

/**
 * A module built into Node, where this runtime has it, as Bun, Deno and workers do for some. Bundlers
 * see no import in this, and a runtime without it loads the file that asks all the same.
 */
export const builtin = <ID extends keyof Builtins>(id: ID): Builtins[ID] | undefined =>
	globalThis.process?.getBuiltinModule?.(id);

/**
 * Whether one request may wait for what another has begun. Workers of Cloudflare answer each request
 * by itself: what waits for another request's socket hangs there, and for good once that one is over.
 */
export const sharesPromises = globalThis.navigator?.userAgent !== "Cloudflare-Workers";
