import { type AuthClientLike, toAnswer } from "../ask.ts";
import type { BskyAccount } from "../core.ts";
import { fill } from "../labels/text.ts";
import { ACCOUNTS, SWITCH } from "../paths.ts";
import { nameOf } from "../person.ts";
import { act, fail, tellFrom } from "./act.ts";
import { menuTextsOf } from "./menu-texts.ts";
import { find } from "./shared.ts";
import { tellOtherTabs } from "./tell-other-tabs.ts";
import type { UserParts } from "./user-types.ts";
import { isFresh } from "./wake.ts";

/** When the accounts were asked for, and as whom. */
const asked = new WeakMap<UserParts, { at: number; did: string | null | undefined }>();

/** Asks for the connected accounts, unless that was just done. */
export async function loadAccounts(parts: UserParts): Promise<void> {
	const did = parts.session.$state.value?.data?.did;
	const last = asked.get(parts);
	if (last?.did === did && isFresh(last?.at ?? 0)) return;
	const mine = { at: Date.now(), did };
	asked.set(parts, mine);
	const { data } = await parts.ask<{ accounts?: unknown } | null>(ACCOUNTS);
	if (asked.get(parts) !== mine) return;
	// Without a list the menu is what it was.
	if (!Array.isArray(data?.accounts)) forgetAccounts(parts);
	else if (isTheirs(parts, data.accounts)) parts.patch({ accounts: data.accounts });
}

/** Whether a list is that of whoever is signed in: somebody else may have been when it was asked for. */
export const isTheirs = ({ session }: UserParts, accounts: readonly unknown[]): boolean => {
	const did = session.$state.value?.data?.did;
	return accounts.some((one) => Object(one).did === did);
};

/** Takes an account out that was disconnected in a list on the page. */
export function drop(parts: UserParts, event: Event): void {
	forgetAccounts(parts);
	const gone = Object(event).detail?.did;
	const accounts = parts.state.accounts?.filter(({ did }) => did !== gone);
	parts.patch({ accounts: accounts ?? null });
}

export const forgetAccounts = (parts: UserParts): boolean => asked.delete(parts);

/** Acts as another account from now on, here and in the person's other tabs. */
export async function switchTo(parts: UserParts, did: string): Promise<void> {
	const { options, session, state } = parts;
	if (session.$state.value?.data?.did === did) return;
	const account = state.accounts?.find((one) => one.did === did);
	await act(parts, did, async () => {
		const { error } = await send(parts, did);
		if (error) return fail(parts, error.code);
		await (find(options)?.renew() ?? session.refetch());
		const name = account ? nameOfAccount(account) : did;
		parts.patch({ said: fill(menuTextsOf(options.labels).madeCurrent, { name }) });
		tellFrom(parts, "switch", { did }, options.onSwitch);
	});
}

/** By the app's client, which tells its other atoms; else by ourselves. */
async function send({ options, ask }: UserParts, did: string) {
	const { authClient } = options;
	const action = authClient?.$store?.atoms.bskySession ? actionOf(authClient) : undefined;
	if (action) return toAnswer(() => action({ did }));
	const answer = await ask(SWITCH, { body: { did } });
	if (!answer.error) tellOtherTabs("switch");
	return answer;
}

type Switch = (body: { did: string }) => Promise<{ data?: unknown; error?: unknown }>;

const actionOf = (client: AuthClientLike): Switch | undefined => {
	const action: unknown = Object(client.bsky).switch;
	return typeof action === "function" ? (action as Switch) : undefined;
};

const nameOfAccount = ({ did, handle, displayName }: BskyAccount): string =>
	nameOf({ displayName, handle: handle ?? did });
