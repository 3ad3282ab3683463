import type { Resolver } from "node:dns/promises";
import { builtin, isWorkerd } from "./runtime.ts";

/** How long one name server may think about it, in milliseconds, and how often it is asked. */
const PATIENCE = { timeout: 1500, tries: 2 };

/**
 * The name servers of this machine, until the signal says that nobody waits any longer; undefined
 * where the runtime knows none. What workers have asks by https, can't be stopped, and takes any
 * failure for "no such name".
 *
 * Not `dns.lookup`, of which a process has a few threads' worth: names whose servers stay silent
 * would hold up every other look-up in it, a database driver's for one. So `/etc/hosts` isn't read;
 * it has no say in what is public.
 */
export function nameServers(signal: AbortSignal): Resolver | undefined {
	const dns = isWorkerd ? undefined : builtin("node:dns/promises");
	if (!dns) return undefined;
	const resolver = new dns.Resolver(PATIENCE);
	signal.addEventListener("abort", () => resolver.cancel(), { once: true });
	return resolver;
}

/** No such name, none of that kind, and nothing that could be a name. */
const NO_RECORD = ["ENOTFOUND", "ENODATA", "EBADNAME"];

/**
 * Whether a look-up failed by an answer: there is nothing of what was asked for. Deno says the same
 * where a name server failed.
 */
export const isNoRecord = (error: unknown): boolean =>
	NO_RECORD.includes(Reflect.get(Object(error), "code"));
