import { SWITCH } from "../paths.ts";
import { nameOf } from "../person.ts";
import { refreshBskySession } from "../session/shared.ts";
import { tellOtherTabs } from "../session/tell-other-tabs.ts";
import { tell } from "../tell.ts";
import { inRow } from "./focus.ts";
import { load } from "./load.ts";
import { indexOf, QUIET, withCurrent } from "./state.ts";
import type { List } from "./types.ts";

/** Has the app act as another account, here and in the other tabs. */
export async function makeCurrent(list: List, did: string): Promise<void> {
	const index = indexOf(list, did);
	const account = list.state.accounts?.[index];
	if (!account || list.isBusy) return;
	list.patch({ ...QUIET, status: "switching", busyDid: did });
	const { error } = await list.ask(SWITCH, { body: { did } });
	if (error) return list.fail(error.code, did);
	const news = { what: "madeCurrent", name: nameOf(account) } as const;
	list.patch({ ...QUIET, accounts: withCurrent(list, did), news }, inRow(index));
	tell(list.root, "switch", { did }, list.options.onSwitch);
	tellOtherTabs("switch");
	refreshBskySession(list.options);
	// What was asked before is over.
	if (list.state.isLoading) void load(list);
}
