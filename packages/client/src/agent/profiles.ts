import { atom, type PreinitializedWritableAtom } from "nanostores";
import { type Failure, failureOf, type ServerOptions, toAnswer } from "../ask.ts";
import { createBskyAgent } from "./agent.ts";
import { type BskyProfileView, MOST, profilesIn } from "./profile-view.ts";
import type { BskyAgent } from "./types.ts";

/** What is known of a profile. */
export interface BskyProfileState {
	/** The profile; `null` while it isn't known, and where there is none. */
	data: BskyProfileView | null;
	/** Nothing is known yet. */
	isPending: boolean;
	/** Why the last request failed; `HANDLE_NOT_FOUND` where nobody is called that. */
	error: Failure | null;
}

export const PENDING: BskyProfileState = { data: null, isPending: true, error: null };

/** A profile that somebody looks at, or has. */
export interface Entry {
	readonly $state: PreinitializedWritableAtom<BskyProfileState>;
	/** Asks for it, unless it is under way. */
	ask(): Promise<void>;
	/** Asks where it isn't known, or has been for long. */
	look(): void;
}

/** Where nobody is called that. */
const NOBODY = "HANDLE_NOT_FOUND";

/** How long a profile is good for, in milliseconds. */
const FRESH = 60_000;

/** How many are kept of those that nobody looks at. */
const KEPT = 500;

/** What profiles are to one account: another one has blocked others. */
export interface Profiles {
	of(actor: string): Entry;
}

const known: (ServerOptions & { viewer: string; profiles: Profiles })[] = [];

/** The profiles that a page keeps, as an account sees them. Another account's are forgotten. */
export function profilesFor(viewer: string, options: ServerOptions): Profiles {
	const { authClient, baseURL, fetch } = options;
	const at = known.findIndex(
		(one) => one.authClient === authClient && one.baseURL === baseURL && one.fetch === fetch,
	);
	const found = known[at];
	if (found?.viewer === viewer) return found.profiles;
	if (found) known.splice(at, 1);
	const server = { authClient, baseURL, fetch };
	const profiles = createProfiles(createBskyAgent({ ...server, did: viewer }));
	known.push({ ...server, viewer, profiles });
	return profiles;
}

function createProfiles(agent: BskyAgent): Profiles {
	const entries = new Map<string, Entry>();
	let next: Promise<void> | undefined;
	let waiting: Map<string, Entry>;

	/** Whoever asks in the same moment is one request. */
	function ask(actor: string, entry: Entry): Promise<void> {
		if (!next) {
			const batch = new Map<string, Entry>();
			waiting = batch;
			next = new Promise((resolve) => setTimeout(resolve)).then(async () => {
				next = undefined;
				await askAll(agent, [...batch]);
			});
		}
		waiting.set(actor, entry);
		return next;
	}

	function create(actor: string): Entry {
		const $state = atom(PENDING);
		let askedAt = 0;
		let flight: Promise<void> | undefined;
		const entry: Entry = {
			$state,
			ask() {
				askedAt = Date.now();
				flight ??= ask(actor, entry).finally(() => {
					flight = undefined;
					// A failure is no answer, however fresh. That nobody is called that is one.
					const { error } = $state.value;
					if (error && error.code !== NOBODY) askedAt = 0;
				});
				return flight;
			},
			look() {
				// A clock may be set back meanwhile.
				if (Math.abs(Date.now() - askedAt) > FRESH) void entry.ask();
			},
		};
		return entry;
	}

	return {
		of(actor) {
			const entry = entries.get(actor) ?? create(actor);
			// The one that was looked at last is the last to be forgotten.
			entries.delete(actor);
			// Before it is there, since nobody looks at it yet.
			forget(entries);
			entries.set(actor, entry);
			return entry;
		},
	};
}

function forget(entries: Map<string, Entry>): void {
	for (const [actor, { $state }] of entries) {
		if (entries.size < KEPT) return;
		if ($state.lc === 0) entries.delete(actor);
	}
}

async function askAll(agent: BskyAgent, asked: [actor: string, entry: Entry][]): Promise<void> {
	const parts = asked.flatMap((_, index) =>
		index % MOST === 0 ? [asked.slice(index, index + MOST)] : [],
	);
	await Promise.all(parts.map((part) => askPart(agent, part)));
}

async function askPart(agent: BskyAgent, part: [actor: string, entry: Entry][]): Promise<void> {
	const params = new URLSearchParams(part.map(([actor]) => ["actors", actor]));
	const { data, error } = await toAnswer<unknown>(async () => {
		const response = await agent
			.fetchHandler(`/xrpc/app.bsky.actor.getProfiles?${params}`)
			.catch(refusal);
		// What is in between answers with pages of its own.
		const body: unknown = await response.json().catch(() => null);
		const { ok, status } = response;
		// A text that says nothing of anybody is their server's answer, and no page.
		return ok && body ? { data: Object(body) } : { error: failureOf({ ...Object(body), status }) };
	});
	const profiles = profilesIn(data);
	for (const [actor, { $state }] of part) {
		const found = profiles.find(({ did, handle }) => did === actor || handle === actor) ?? null;
		$state.set({
			data: error ? $state.value.data : found,
			isPending: false,
			error: error ?? (found ? null : { code: NOBODY }),
		});
	}
}

/** What the app refuses with, as the answer that it was. */
function refusal(error: unknown): Response {
	const { body, status } = Object(error);
	if (!body) throw error;
	return Response.json(body, { status });
}
