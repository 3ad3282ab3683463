import { refreshBskySession } from "../session/session.ts";
import type { List } from "./types.ts";

/** Disconnects an account, and has the session asked for again: it may have been this one's. */
export async function disconnect(list: List, did: string): Promise<void> {
	const account = list.state.accounts?.find((one) => one.did === did);
	if (!account || list.isBusy) return;
	list.patch({ status: "disconnecting", busyDid: did, error: null });
	const { error } = await list.ask("/unlink-account", { body: { accountId: account.id } });
	// Somebody else, or another tab, was quicker: it is what the person wanted.
	if (error && error.code !== "ACCOUNT_NOT_FOUND") return list.fail(error.code);
	const accounts = list.state.accounts?.filter((one) => one.did !== did) ?? null;
	list.patch({ status: "idle", busyDid: null, accounts });
	refreshBskySession(list.options);
}
