import { type AuthClientLike, toAnswer } from "../ask.ts";
import type { BskyAccount } from "../core.ts";
import { fill } from "../labels/text.ts";
import { ACCOUNTS, SWITCH } from "../paths.ts";
import { nameOf } from "../person.ts";
import { act, fail, tellFrom } from "./act.ts";
import { menuTextsOf } from "./menu-texts.ts";
import { tellOtherTabs } from "./tell-other-tabs.ts";
import type { UserParts } from "./user-types.ts";
import { isFresh } from "./wake.ts";

/** When the accounts were asked for. */
const askedAt = new WeakMap<UserParts, number>();

/** Asks for the connected accounts, unless that was just done. */
export async function loadAccounts(parts: UserParts): Promise<void> {
	if (isFresh(askedAt.get(parts) ?? 0)) return;
	askedAt.set(parts, Date.now());
	const { data } = await parts.ask<{ accounts?: unknown } | null>(ACCOUNTS);
	// Without a list the menu is what it was.
	if (Array.isArray(data?.accounts)) parts.patch({ accounts: data.accounts });
}

export const forgetAccounts = (parts: UserParts): boolean => askedAt.delete(parts);

/** Acts as another account from now on, here and in the person's other tabs. */
export async function switchTo(parts: UserParts, did: string): Promise<void> {
	const { options, session, state } = parts;
	if (session.$state.value?.data?.did === did) return;
	const account = state.accounts?.find((one) => one.did === did);
	await act(parts, did, async () => {
		const { error } = await send(parts, did);
		if (error) return fail(parts, error.code);
		await session.refetch();
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
