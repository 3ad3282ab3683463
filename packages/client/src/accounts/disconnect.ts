import type { Answer } from "../ask.ts";
import type { PROVIDER_ID } from "../core.ts";
import { nameOf } from "../person.ts";
import { refreshBskySession } from "../session/shared.ts";
import { tellOtherTabs } from "../session/tell-other-tabs.ts";
import { tell } from "../tell.ts";
import { firstPart, inRow } from "./focus.ts";
import { load } from "./load.ts";
import { indexOf, QUIET, without } from "./state.ts";
import type { List } from "./types.ts";

const PROVIDER: typeof PROVIDER_ID = "bsky";

/** Asks before an account is disconnected: it can't be undone without a trip to its server. */
export function question(list: List, did: string): void {
	if (!list.isBusy) list.patch({ ...QUIET, askedDid: did }, firstPart("keep"));
}

/** Answers that it stays. */
export function keep(list: List): void {
	if (!list.isBusy) list.patch(QUIET, inRow(indexOf(list, list.state.askedDid), "disconnect"));
}

/** Disconnects an account, and has the session asked for again: it may have been this one's. */
export async function disconnect(list: List, did: string): Promise<void> {
	const index = indexOf(list, did);
	const account = list.state.accounts?.[index];
	if (!account || list.isBusy) return;
	const isAsked = list.state.askedDid === did;
	list.patch({ ...QUIET, status: "disconnecting", busyDid: did, askedDid: isAsked ? did : null });
	const { error } = await unlink(list, did);
	// Somebody else, or another tab, was quicker: it is what the person wanted.
	if (error && error.code !== "ACCOUNT_NOT_FOUND")
		return list.fail(error.code, did, inRow(index, "disconnect"));
	const accounts = without(list, did);
	const news = { what: "disconnected", name: nameOf(account) } as const;
	list.patch({ ...QUIET, accounts, news }, inRow(index));
	tell(list.root, "disconnect", { did }, list.options.onDisconnect);
	tellOtherTabs("unlink");
	refreshBskySession(list.options);
	// Another one takes its place, and which one is the server's to say. What was asked before is over.
	const isReplaced = (account.current || account.primary) && accounts?.length;
	if (isReplaced || list.state.isLoading) void load(list);
}

/** What is used of better-auth's row. */
interface AccountRow {
	id: string;
	providerId: string;
	accountId: string;
}

/** better-auth goes by the id of its row, which is asked for only now: nothing else needs it. */
async function unlink({ ask }: List, did: string): Promise<Answer<unknown>> {
	const rows = await ask<AccountRow[]>("/list-accounts");
	if (rows.error) return rows;
	if (!Array.isArray(rows.data)) return { data: null, error: { code: "UNKNOWN" } };
	const row = rows.data.find((one) => one.providerId === PROVIDER && one.accountId === did);
	if (!row) return { data: null, error: { code: "ACCOUNT_NOT_FOUND" } };
	return ask("/unlink-account", { body: { accountId: row.id } });
}
