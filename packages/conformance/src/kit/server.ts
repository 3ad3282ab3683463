import type { BskyAccount } from "@better-auth-bsky/client";
import { CHOICES, ERIN, NOT_LINKED, PEOPLE, SESSION } from "./people.ts";

/** Where better-auth is mounted: in its usual place, or in another for a test of its own. */
const BASE = /^(\/[\w-]+)?\/api\/auth(?=\/)/;

export interface Asked {
	method: string;
	/** Below `/api/auth`. */
	path: string;
	/** Where that is. */
	place: string;
	query: Record<string, string>;
	/** The same with what is there several times. */
	params: URLSearchParams;
	headers: Headers;
	body: Record<string, unknown> | undefined;
	signal: AbortSignal | undefined;
	answer(body: unknown, status?: number): void;
	fail(): void;
}

type Reply = (asked: Asked) => void;

/** better-auth on the server, as far as the components know it. It replaces the page's `fetch`. */
export function fakeServer() {
	const asked: Asked[] = [];
	/** What the form asks by itself, whatever anybody does. */
	const apart: Asked[] = [];
	const replies: Record<string, Reply> = {
		"/bsky/typeahead": ({ query, answer }) => {
			const q = query.q ?? "";
			const found = PEOPLE.filter(({ handle }) => handle.startsWith(q));
			answer({ actors: found.slice(0, Number(query.limit ?? 8)) });
		},
		"/bsky/sign-in": ({ answer }) => answer({ url: PDS_URL, redirect: false }),
		"/bsky/server": ({ query, answer }) =>
			answer({ url: query.url, signUp: true, inviteCodeRequired: false, userDomains: [] }),
		"/bsky/session": ({ answer }) => answer({ code: "UNAUTHORIZED" }, 401),
		"/get-session": ({ answer }) => answer(null),
		"/sign-out": ({ answer }) => {
			server.reply("/bsky/session", ({ answer }) => answer({ code: "UNAUTHORIZED" }, 401));
			answer({ success: true });
		},
		"/bsky/accounts": ({ answer }) => answer({ accounts: [] }),
		"/bsky/switch": ({ body, answer }) => {
			const now = CHOICES.find(({ did }) => did === body?.did);
			if (now) server.signIn({ ...SESSION, ...now });
			answer({ did: body?.did });
		},
		"/bsky/upgrade": ({ answer }) => answer({ url: PDS_URL, redirect: false }),
		"/list-accounts": ({ answer }) => answer([]),
		"/unlink-account": ({ answer }) => answer({ status: true }),
	};
	const before = globalThis.fetch;
	globalThis.fetch = (input, init) => {
		const request = input instanceof Request ? input : undefined;
		const url = new URL(request?.url ?? String(input), location.href);
		const path = url.pathname.replace(BASE, "");
		if (path === url.pathname) return before(input, init);
		return new Promise((resolve, reject) => {
			const body = init?.body ? JSON.parse(String(init.body)) : undefined;
			const one: Asked = {
				method: init?.method ?? request?.method ?? "GET",
				path,
				place: url.pathname.slice(0, -path.length),
				query: Object.fromEntries(url.searchParams),
				params: url.searchParams,
				headers: new Headers(init?.headers ?? request?.headers),
				body,
				signal: init?.signal ?? undefined,
				answer: (answer, status = 200) => resolve(Response.json(answer, { status })),
				fail: () => reject(new TypeError("Failed to fetch")),
			};
			(one.path === "/bsky/server" ? apart : asked).push(one);
			one.signal?.addEventListener("abort", () => reject(one.signal?.reason));
			const reply = replies[one.path] ?? (({ answer }: Asked) => answer({}, 404));
			reply(one);
		});
	};
	const server = {
		asked,
		/** The requests for a path. */
		at: (path: string) => [...asked, ...apart].filter((one) => one.path === path),
		/** Answers a path in another way from now on. */
		reply: (path: string, reply: Reply) => {
			replies[path] = reply;
		},
		/** Answers a path with a failure from now on. */
		refuse: (path: string, code: string, status = 400) =>
			server.reply(path, ({ answer }) => answer({ code, message: "For the log." }, status)),
		/** Lets a path's requests wait for the test to answer them. */
		hold: (path: string) => server.reply(path, () => {}),
		/** These accounts are connected, beside another provider's. */
		connect: (...accounts: BskyAccount[]) => {
			server.reply("/bsky/accounts", ({ answer }) => answer({ accounts }));
			const rows = accounts.map(({ did }) => ({
				id: `row of ${did}`,
				providerId: "bsky",
				accountId: did,
			}));
			server.reply("/list-accounts", ({ answer }) =>
				answer([{ id: "row-0", providerId: "github", accountId: "42" }, ...rows]),
			);
		},
		/** Somebody is signed in. */
		signIn: (session: object = SESSION) =>
			server.reply("/bsky/session", ({ answer }) => answer(session)),
		/** Somebody is signed in with several accounts. */
		signInWithTwo: () => {
			server.signIn();
			server.reply("/bsky/accounts", ({ answer }) => answer({ accounts: CHOICES }));
		},
		/** Somebody is signed in without Bluesky. */
		signInWithEmail: () => {
			server.signIn(NOT_LINKED);
			server.reply("/get-session", ({ answer }) => answer(ERIN));
		},
		restore: () => {
			globalThis.fetch = before;
		},
	};
	return server;
}

/** Where the fake server sends everybody. */
export const PDS_URL = "https://pds.example/oauth/authorize?request_uri=urn%3Ax";

export type FakeServer = ReturnType<typeof fakeServer>;
