import type { ExpiringMap } from "../base/expiring-map.ts";

/**
 * What is known under a name, else what asking for it brings. That there is nothing is not
 * remembered, and what was remembered is forgotten then; a failure changes nothing.
 *
 * Only what was found is shared: on workers, a promise never settles for any request but its own.
 */
export async function remember<T>(
	known: ExpiringMap<T>,
	name: string,
	noCache: boolean | undefined,
	ask: () => Promise<T | null>,
): Promise<T | null> {
	const found = noCache ? undefined : known.get(name);
	if (found !== undefined) return found;
	const answer = await ask();
	if (answer === null) known.delete(name);
	else known.set(name, answer);
	return answer;
}
