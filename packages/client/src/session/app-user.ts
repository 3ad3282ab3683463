import type { ReadableAtom } from "nanostores";
import type { AuthClientLike } from "../ask.ts";
import type { AppUser, KnownUser } from "./status.ts";
import type { UserParts } from "./user-types.ts";

/** What better-auth answers of its own session. */
export interface AppSession {
	user?: AppUser & { createdAt?: unknown };
	session?: { createdAt?: unknown };
}

interface AppQuery {
	data: AppSession | null;
	error: unknown;
	isPending: boolean;
}

const atomOf = (client: AuthClientLike | undefined): ReadableAtom<AppQuery> | undefined => {
	const atom = client?.$store?.atoms.session;
	return "listen" in Object(atom) ? (atom as ReadableAtom<AppQuery>) : undefined;
};

/** What is followed already; it ends with the component. */
const followed = new WeakSet<AbortSignal>();

/** What each has asked last: an earlier answer may come later. */
const latest = new WeakMap<UserParts, object>();

/** Finds out who better-auth's user is: by the app's client, where there is one, else by asking. */
export function followUser(parts: UserParts): void {
	const { options, signal, ask, patch } = parts;
	const told = (user: KnownUser) => {
		if (!signal.aborted) patch({ user });
	};
	const atom = atomOf(options.authClient);
	if (!atom) {
		const mine = {};
		latest.set(parts, mine);
		void ask<AppSession | null>("/get-session", { signal }).then(({ data, error }) => {
			if (latest.get(parts) !== mine) return;
			// What was known stays.
			if (!error) told(data?.user ?? null);
			else if (!parts.state.user) told("failed");
		});
	} else if (!followed.has(signal)) {
		followed.add(signal);
		const unfollow = atom.subscribe(({ data, error, isPending }) => {
			if (!isPending) told(data?.user ?? (error ? "failed" : null));
		});
		signal.addEventListener("abort", unfollow);
	}
}

/** better-auth's session, to look into once. */
export async function appSession({
	options,
	ask,
}: Pick<UserParts, "options" | "ask">): Promise<AppSession | null> {
	const known = atomOf(options.authClient)?.value?.data;
	return known ?? (await ask<AppSession | null>("/get-session")).data;
}
