import type { Bsky } from "../bsky.ts";
import { everyRevocation } from "../stores/revocation-store.ts";
import type { TokenOwner } from "../stores/saved.ts";
import { everySession, revocable } from "../stores/session-store.ts";

/** A key, and what can't go on without it. */
export interface KeyUse {
	/** Its key ID. */
	kid: string;
	/** The first of `privateKey` `signs` for new sessions, the others are `published`. */
	role: "signs" | "published" | "missing";
	/** How many stored sessions began with it: they can be refreshed, and revoked, with no other. */
	sessions: number;
	/** How many sessions that began with it are still to be revoked at their servers. */
	revocations: number;
	/** When one of the stored ones was refreshed last. */
	lastRefreshedAt: Date | null;
}

/** What `auth.api.getBskyKeyUse()` answers. */
export interface BskyKeyUse {
	/** Those of `privateKey`, in order, and behind them those that are missing there. */
	keys: KeyUse[];
	/** How many sessions and revocations can't be opened with this secret: what they need, nobody knows. */
	unreadable: number;
}

/** Which keys everything that is stored needs. */
export async function keyUse({ context, options }: Bsky): Promise<BskyKeyUse> {
	const uses = new Map<string, KeyUse>();
	const useOf = (kid: string, role: KeyUse["role"]) => {
		const use = uses.get(kid) ?? { kid, role, sessions: 0, revocations: 0, lastRefreshedAt: null };
		uses.set(kid, use);
		return use;
	};
	for (const [index, { kid }] of options.signingKeys.entries())
		useOf(kid, index === 0 ? "signs" : "published");
	let unreadable = 0;
	for await (const stored of everySession(context)) {
		const session = revocable(stored);
		const kid = session && kidOf(session);
		if (!session) unreadable++;
		if (!kid) continue;
		const use = useOf(kid, "missing");
		use.sessions++;
		const last = use.lastRefreshedAt;
		if (last === null || stored.updatedAt > last) use.lastRefreshedAt = stored.updatedAt;
	}
	for await (const { owner } of everyRevocation(context)) {
		const kid = owner && kidOf(owner);
		if (!owner) unreadable++;
		if (kid) useOf(kid, "missing").revocations++;
	}
	return { keys: [...uses.values()], unreadable };
}

/** The key that a client proves itself with; null where it has none. */
const kidOf = ({ authMethod }: Pick<TokenOwner, "authMethod">): string | null =>
	authMethod.method === "private_key_jwt" ? authMethod.kid : null;
