import type { BskySession } from "@better-auth-bsky/core";
import { atom } from "nanostores";
import { hasMessage, mergeLabels } from "../labels/text.ts";
import { createAsk, DEFAULT_BASE_URL } from "../server.ts";
import { refreshBskySession } from "../session/session.ts";
import { leave, takeCallbackError, thisPage } from "../sign-in/page.ts";
import type {
	Accounts,
	AccountsOptions,
	AccountsState,
	ConnectedAccount,
	ResolvedAccountsOptions,
} from "./types.ts";

interface AccountRow {
	id: string;
	providerId: string;
	accountId: string;
}

/** Connected accounts: the list, and what changes it. */
export function createAccounts(initial: AccountsOptions = {}): Accounts {
	let options = resolve(initial);
	const { error, labels } = options;
	const known = error && hasMessage(labels.errors, error) ? error.toUpperCase() : null;
	const $state = atom<AccountsState>({
		status: known ? "failed" : "idle",
		accounts: null,
		busyDid: null,
		error: known,
	});
	const patch = (changes: Partial<AccountsState>) => $state.set({ ...$state.value, ...changes });
	const fail = (error: string) => patch({ status: "failed", busyDid: null, error });
	const isBusy = () => !["idle", "failed"].includes($state.value.status);
	let life = new AbortController();

	async function refetch(): Promise<void> {
		const { signal } = life;
		const ask = createAsk(options);
		const { data, error } = await ask<AccountRow[]>("/list-accounts", { signal });
		if (signal.aborted) return;
		if (error) return fail(error.code);
		const before = $state.value.accounts ?? [];
		const accounts = data
			.filter(({ providerId }) => providerId === "bsky")
			.map(({ id, accountId: did }): ConnectedAccount => {
				const shown = before.find((account) => account.did === did);
				return { handle: did, ...shown, did, id };
			});
		patch({ accounts });
		await Promise.all(
			accounts.map(async ({ did }) => {
				const { data } = await ask<BskySession>("/bsky/session", { query: { did }, signal });
				if (!data?.handle || signal.aborted) return;
				const { handle, displayName, avatar } = data;
				patch({
					accounts: ($state.value.accounts ?? []).map((account) =>
						account.did === did ? { ...account, handle, displayName, avatar } : account,
					),
				});
			}),
		);
	}

	async function add(handle = options.defaultServer): Promise<void> {
		if (isBusy()) return;
		const { signal } = life;
		patch({ status: "connecting", error: null });
		const here = thisPage(options.baseURL ?? DEFAULT_BASE_URL);
		const { data, error } = await createAsk(options)<{ url: string }>("/bsky/sign-in", {
			body: {
				handle,
				callbackURL: options.callbackURL ?? here,
				errorCallbackURL: options.errorCallbackURL ?? here,
				disableRedirect: true,
			},
			signal,
		});
		if (signal.aborted) return;
		if (error) return fail(error.code);
		patch({ status: "redirecting" });
		if (!leave(data.url, options.navigate)) fail("UNKNOWN");
	}

	async function disconnect(did: string): Promise<void> {
		const account = $state.value.accounts?.find((one) => one.did === did);
		if (!account || isBusy()) return;
		patch({ status: "disconnecting", busyDid: did, error: null });
		const ask = createAsk(options);
		const { error } = await ask("/unlink-account", { body: { accountId: account.id } });
		// Somebody else, or another tab, was quicker: it is what the person wanted.
		if (error && error.code !== "ACCOUNT_NOT_FOUND") return fail(error.code);
		const accounts = $state.value.accounts?.filter((one) => one.did !== did) ?? null;
		patch({ status: "idle", busyDid: null, accounts });
		refreshBskySession(options);
	}

	return {
		$state,
		get options() {
			return options;
		},
		setOptions(next) {
			options = resolve(next);
		},
		mount() {
			life = new AbortController();
			const code = takeCallbackError(options);
			if (code) fail(code);
			refetch();
			const onPageShow = (event: PageTransitionEvent) => {
				if (!event.persisted) return;
				patch({ status: "idle" });
				refetch();
			};
			addEventListener("pageshow", onPageShow);
			return () => {
				removeEventListener("pageshow", onPageShow);
				life.abort();
			};
		},
		add,
		disconnect,
		refetch,
	};
}

/** The list with these options to render with: its own are still those of `setOptions()`. */
export const withOptions = (accounts: Accounts, options: AccountsOptions): Accounts => ({
	...accounts,
	options: resolve(options),
});

const resolve = ({ labels, ...options }: AccountsOptions): ResolvedAccountsOptions => ({
	...options,
	defaultServer: options.defaultServer ?? "https://bsky.social",
	labels: mergeLabels(labels),
});
