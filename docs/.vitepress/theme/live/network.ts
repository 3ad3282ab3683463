import type { BskyAccount } from "@better-auth-bsky/client";
import type { BskySession } from "@better-auth-bsky/client/session";
import type { AuthClientLike } from "@better-auth-bsky/client/sign-in";
import { PEOPLE } from "./people.ts";

/** Who is there at first. */
export interface World {
	session: BskySession | null;
	accounts: BskyAccount[];
}

interface Asked {
	query?: Record<string, string>;
	body?: Record<string, unknown>;
}

type Answer = { data: unknown } | { error: { code: string; status: number } };

/** As long as an answer of a server near by takes, in milliseconds. */
const LATENCY = 250;

const SERVER = "https://pds.example/oauth/authorize?request_uri=urn%3Aexample";

/**
 * better-auth on the server, as far as the components know it, and all servers behind it: nothing of it
 * leaves the page.
 */
export function createNetwork(world: World): AuthClientLike {
	let { session, accounts } = world;
	const refuse = (code: string, status: number): Answer => ({ error: { code, status } });
	const leave = (): Answer => ({ data: { url: SERVER, redirect: false } });
	const answers: Record<string, (asked: Asked) => Answer> = {
		"/bsky/typeahead": ({ query }) => ({
			data: { actors: PEOPLE.filter(({ handle }) => handle.startsWith(query?.q ?? "")) },
		}),
		"/bsky/sign-in": ({ body }) =>
			/^nobody/.test(String(body?.handle)) ? refuse("HANDLE_NOT_FOUND", 404) : leave(),
		"/bsky/server": ({ query }) => ({
			data: { url: query?.url, signUp: true, inviteCodeRequired: false, userDomains: [] },
		}),
		"/bsky/session": () => (session ? { data: session } : refuse("UNAUTHORIZED", 401)),
		"/bsky/restore": () => (session ? { data: session } : refuse("UNAUTHORIZED", 401)),
		"/bsky/accounts": () => ({ data: { accounts } }),
		"/bsky/switch": ({ body }) => {
			accounts = accounts.map((each) => ({ ...each, current: each.did === body?.did }));
			const now = accounts.find(({ current }) => current);
			if (now?.active) session = { ...now, active: true, grantedScope: "atproto" };
			return { data: { did: body?.did } };
		},
		"/bsky/upgrade": leave,
		"/get-session": () => ({ data: null }),
		"/list-accounts": () => ({
			data: accounts.map(({ did }) => ({ id: did, providerId: "bsky", accountId: did })),
		}),
		"/unlink-account": ({ body }) => {
			accounts = accounts.filter(({ did }) => !Object.values(body ?? {}).includes(did));
			return { data: { status: true } };
		},
		"/sign-out": () => {
			session = null;
			return { data: { success: true } };
		},
	};
	return {
		async $fetch(path, asked = {}) {
			await new Promise((resolve) => setTimeout(resolve, LATENCY));
			return answers[path]?.(asked) ?? refuse("NOT_FOUND", 404);
		},
	};
}
