import type { BskySession } from "@better-auth-bsky/core";
import type { PROVIDER_ID } from "@better-auth-bsky/core/shared";
import { atom } from "nanostores";
import { createAsk } from "../ask.ts";
import { BASE_URL, BLUESKY_SERVER } from "../defaults.ts";
import { knownCode, mergeLabels } from "../labels/text.ts";
import { leave, onComeBack, PATIENCE, takeCallbackError, thisPage } from "../page.ts";
import { SESSION, SIGN_IN } from "../paths.ts";
import { refreshBskySession } from "../session/session.ts";
import type {
	Accounts,
	AccountsOptions,
	AccountsState,
	ConnectedAccount,
	ResolvedAccountsOptions,
} from "./types.ts";

const PROVIDER: typeof PROVIDER_ID = "bsky";

interface AccountRow {
	id: string;
	providerId: string;
	accountId: string;
}

/** Connected accounts: the list, and what changes it. */
export function createAccounts(initial: AccountsOptions = {}): Accounts {
	let options = resolve(initial);
	const ask = createAsk(() => options);
	const known = knownCode(options.labels, options.error);
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
	let patience: ReturnType<typeof setTimeout> | undefined;

	async function refetch(): Promise<void> {
		const { signal } = life;
		const { data, error } = await ask<AccountRow[]>("/list-accounts", { signal });
		if (signal.aborted) return;
		if (error || !Array.isArray(data)) return fail(error?.code ?? "UNKNOWN");
		const before = $state.value.accounts ?? [];
		const accounts = data
			.filter(({ providerId }) => providerId === PROVIDER)
			.map(({ id, accountId: did }): ConnectedAccount => {
				const shown = before.find((account) => account.did === did);
				return { handle: did, ...shown, did, id };
			});
		patch({ accounts });
		await Promise.all(
			accounts.map(async ({ did }) => {
				const { data } = await ask<BskySession>(SESSION, { query: { did }, signal });
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
		const here = thisPage(options.baseURL ?? BASE_URL);
		const body = {
			handle,
			callbackURL: options.callbackURL ?? here,
			errorCallbackURL: options.errorCallbackURL ?? here,
			disableRedirect: true,
		};
		const { data, error } = await ask<{ url?: unknown } | null>(SIGN_IN, { body, signal });
		if (signal.aborted) return;
		if (error) return fail(error.code);
		patch({ status: "redirecting" });
		clearTimeout(patience);
		patience = setTimeout(stay, PATIENCE);
		const isLeaving = await leave(data?.url, options.navigate);
		if (!isLeaving && $state.value.status === "redirecting") fail("UNKNOWN");
	}

	/** The browser is still here. */
	function stay(): void {
		if ($state.value.status === "redirecting") patch({ status: "idle" });
	}

	async function disconnect(did: string): Promise<void> {
		const account = $state.value.accounts?.find((one) => one.did === did);
		if (!account || isBusy()) return;
		patch({ status: "disconnecting", busyDid: did, error: null });
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
			void refetch();
			const unlisten = onComeBack(() => {
				patch({ status: "idle" });
				void refetch();
			});
			return () => {
				unlisten();
				clearTimeout(patience);
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
	defaultServer: options.defaultServer ?? BLUESKY_SERVER,
	labels: mergeLabels(labels),
});
