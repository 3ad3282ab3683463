import { atom, type PreinitializedWritableAtom } from "nanostores";
import type { BskySession } from "../core.ts";

/** What is known of the session, in the shape that better-auth's clients give their queries. */
interface SessionQueryState<Failed> {
	data: BskySession | null;
	error: Failed | null;
	isPending: boolean;
	isRefetching: boolean;
	refetch(params?: { query?: Record<string, unknown> }): Promise<void>;
}

export type SessionQuery<Failed> = PreinitializedWritableAtom<SessionQueryState<Failed>>;

/** Nobody is signed in. */
export const NOBODY = { data: null, error: null, isPending: false, isRefetching: false };

/** The session as the server knows it. It asks when it is told to, and whoever mounts it tells it. */
export function sessionQuery<Failed extends { status?: number | undefined }>(
	send: (params?: { query?: Record<string, unknown> }) => Promise<{
		data: BskySession | null;
		error: Failed | null;
	}>,
): SessionQuery<Failed> {
	async function refetch(params?: { query?: Record<string, unknown> }): Promise<void> {
		const asking = { ...query.value, isRefetching: true };
		query.set(asking);
		const { data, error } = await send(params);
		// A later request, or a sign-out, has taken over.
		if (query.value !== asking) return;
		if (error?.status === 401) query.set({ ...NOBODY, refetch });
		else query.set({ ...NOBODY, data: error ? asking.data : data, error, refetch });
	}
	const query: SessionQuery<Failed> = atom({ ...NOBODY, isPending: true, refetch });
	return query;
}
