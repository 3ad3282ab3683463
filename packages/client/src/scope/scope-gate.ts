import { atom } from "nanostores";
import { createAsk, type Failure } from "../ask.ts";
import type { BskySession } from "../core.ts";
import { BLUESKY_SERVER } from "../defaults.ts";
import { leave, onComeBack, takeError, thisPage } from "../page.ts";
import { SESSION, SIGN_IN, UPGRADE } from "../paths.ts";
import { createBskySession } from "../session/session.ts";
import { tell } from "../tell.ts";
import { forgetTrip, isOver, lastTrip } from "../trip.ts";
import { statusOf } from "./status.ts";
import type { ScopeGate, ScopeGateOptions, ScopeGateState } from "./types.ts";

/** What was refused on this page: it isn't asked for again by itself. */
const refused = new Set<string>();

/** What the browser leaves for, and whose answer it comes back with. */
const tripFor = ({ scope, did }: ScopeGateOptions) => `scope ${did} ${scope}`;

/** Something that needs a scope: whether it is granted, and what asks for it. */
export function createScopeGate(options: ScopeGateOptions): ScopeGate {
	let session = createBskySession(options);
	let life: AbortController;
	const $state = atom<ScopeGateState>({
		session: session.initialState,
		other: null,
		attempt: "idle",
		error: null,
		server: null,
	});
	let mountedFor = "";
	/** Whether that account couldn't be asked for. */
	let isUnknown = false;
	function patch(changes: Partial<ScopeGateState>): void {
		const state = { ...$state.value, ...changes };
		// Whoever has it has refused nothing, should it end later.
		if (state.attempt === "refused" && statusOf(gate.options, state) === "granted") {
			refused.delete(tripFor(gate.options));
			state.attempt = "idle";
		}
		$state.set(state);
	}
	const ask = createAsk(() => gate.options);

	function fail(error: Failure): void {
		patch({ attempt: "failed", error });
		tell(gate.root, "error", { code: error.code }, gate.options.onError);
	}

	/** What the person has answered, where the browser comes back with that. */
	function arrive(): void {
		const trip = tripFor(gate.options);
		const last = lastTrip();
		if (last?.by === trip && isOver(last)) {
			const code = takeError((found) => found, { ...gate.options, by: trip })?.toUpperCase();
			forgetTrip();
			if (code && code !== "ACCESS_DENIED") fail({ code });
			// Without a code, they may have allowed all of it, or a part: the session knows.
			else refused.add(trip);
		}
		if (refused.has(trip)) patch({ attempt: "refused" });
	}

	/** The session is about one account; any other one is asked for whenever that is known anew. */
	async function follow(now: ScopeGateState["session"]): Promise<void> {
		const { did } = gate.options;
		const { signal } = life;
		const { data: before } = $state.value.session;
		// What one person has and has answered is not the next one's.
		const isAnother = before !== null && now.data?.did !== before.did;
		if (isAnother) refused.delete(tripFor(gate.options));
		patch({ session: now, ...(isAnother && { other: null, attempt: "idle", error: null }) });
		if (now.isPending || now.isRefetching || !did || !now.data || now.data.did === did) return;
		const { data, error } = await ask<BskySession>(SESSION, { query: { did }, signal });
		// It may have been asked for again.
		if (signal.aborted || $state.value.session !== now) return;
		const { attempt, other } = $state.value;
		const answered = refused.has(tripFor(gate.options)) ? "refused" : "idle";
		if (!error) patch({ other: data, ...(isUnknown && { attempt: answered, error: null }) });
		// What is known stays, and so does what the person is being asked.
		const isSaid = error !== null && !other && attempt !== "asking";
		if (isSaid && !isUnknown) fail(error);
		isUnknown = isSaid;
	}

	/** Who isn't connected signs in first; the server asks for the rest on a second way. */
	async function askPerson(isNew: boolean): Promise<void> {
		const { options } = gate;
		const { scope, did, defaultServer = BLUESKY_SERVER, callbackURL = thisPage() } = options;
		const { signal } = life;
		const by = tripFor(options);
		refused.delete(by);
		patch({ attempt: "asking", error: null, server: null });
		const { data, error } = await ask<{ url?: unknown } | null>(isNew ? SIGN_IN : UPGRADE, {
			body: {
				...(isNew ? { handle: defaultServer, link: true } : { scope, did }),
				callbackURL,
				errorCallbackURL: thisPage(),
				disableRedirect: true,
			},
			signal,
		});
		// A page that comes back as it was left goes nowhere by what was asked before.
		if (signal.aborted || $state.value.attempt !== "asking") return;
		if (error) return fail(error);
		const url = String(data?.url);
		patch({ server: url.split("/")[2] ?? null });
		if (!(await leave(url, options.navigate, { intent: "upgrade", by }))) fail({ code: "UNKNOWN" });
	}

	const gate: ScopeGate = {
		$state,
		options,
		root: null,
		mount() {
			session = createBskySession(gate.options);
			life = new AbortController();
			// What became of asking for another scope, or another account's, says nothing of this one, and what
			// was asked before it was put away has ended with that.
			const about = tripFor(gate.options);
			if (about !== mountedFor || $state.value.attempt === "asking")
				patch({ attempt: "idle", error: null, server: null });
			mountedFor = about;
			isUnknown = false;
			arrive();
			const unfollow = session.$state.subscribe(follow);
			onComeBack(() => patch({ attempt: "idle" }), life);
			const onOnline = () => {
				if ($state.value.error?.code === "NETWORK_ERROR") patch({ attempt: "idle", error: null });
			};
			addEventListener("online", onOnline, life);
			return () => {
				life.abort();
				unfollow();
			};
		},
		async allow() {
			const status = statusOf(gate.options, $state.value);
			const { session: shown, server } = $state.value;
			if (shown.error && !shown.data) {
				// The button may be gone by the answer, and its focus with it.
				gate.root?.focus();
				return session.refetch();
			}
			// A browser that doesn't leave may be told once more.
			if (!/granted|pending/.test(status) && (status !== "asking" || server))
				await askPerson(/^signed|^not/.test(status));
		},
	};
	return gate;
}
