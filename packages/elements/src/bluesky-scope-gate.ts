import { sessionOptions } from "@better-auth-bsky/client/context";
import {
	connectScopeGate,
	createScopeGate,
	type ScopeGateOptions,
	type ScopeStatus,
	viewScopeGate,
} from "@better-auth-bsky/client/scope";
import { elementWith, type Host, type Life } from "./element.ts";
import { type BlueskyScopeGateProps, SCOPE_GATE } from "./options.ts";

/** Where the children stand while the scope is granted: alone, so all in there is theirs. */
const PLACE = '[data-part="gate"][data-state="granted"]';

/** What each says of itself, as `useBskyScope()` does in a framework. */
const apis = new WeakMap<Element, () => ReturnType<typeof connectScopeGate>>();
const asks = new WeakMap<Element, () => Promise<void>>();

/**
 * Its children where a scope is granted, else one sentence and one button that asks for it, or a child
 * with `slot="fallback"`.
 */
export class BlueskyScopeGate extends elementWith(SCOPE_GATE, live, {
	slot: "children",
	place: PLACE,
}) {
	/** Whether it may be done, and what became of asking. */
	get state(): ScopeStatus {
		return apis.get(this)?.().status ?? "pending";
	}

	/** Asks the person: the browser leaves for their server, and comes back to this page. */
	async allow(): Promise<void> {
		await asks.get(this)?.();
	}
}

function live({ element, options, context, given, update }: Host<BlueskyScopeGateProps>): Life {
	const resolved = (): ScopeGateOptions => {
		const { session: initial, theme, ...own } = options();
		return { ...own, ...sessionOptions({ ...own, initial }, context()) };
	};
	const gate = createScopeGate(resolved());
	apis.set(element, () => connectScopeGate(gate));
	asks.set(element, gate.allow);
	let isMounted = false;
	let before: readonly unknown[] = [];
	let unmount = () => {};

	/** Follows the session of the moment's options: another one where those say something else. */
	function follow(): void {
		const { authClient, baseURL, fetch, initial, scope, did } = gate.options;
		const now = [authClient, baseURL, fetch, initial, scope, did];
		if (now.every((one, index) => one === before[index])) return;
		unmount();
		before = now;
		unmount = gate.mount();
	}

	return {
		mount() {
			const unlisten = gate.$state.listen(update);
			isMounted = true;
			follow();
			return () => {
				isMounted = false;
				before = [];
				unlisten();
				unmount();
				unmount = () => {};
			};
		},
		view() {
			gate.options = resolved();
			if (isMounted) follow();
			const hasFallback = given("fallback").length > 0;
			return viewScopeGate(gate, gate.$state.get(), gate.options, hasFallback, context());
		},
	};
}

declare global {
	interface HTMLElementTagNameMap {
		"bluesky-scope-gate": BlueskyScopeGate;
	}
}
