import { atom } from "nanostores";
import { createAsk } from "../ask.ts";
import { hasTrip } from "../trip.ts";
import { needsUser } from "./status.ts";
import type { BskySessionController } from "./types.ts";
import type { BlueskyUserOptions } from "./user.ts";
import type { UserController, UserParts, UserState } from "./user-types.ts";

const INITIAL: UserState<never> = {
	user: undefined,
	isStale: false,
	accounts: null,
	busy: null,
	said: "",
	error: null,
	isOutFailed: false,
	hasLeft: false,
	form: null,
	rows: null,
	side: undefined,
};

/**
 * The behaviour of `BlueskyUser`. Few people do anything with it on a page: what they can do is loaded
 * when they are about to.
 *
 * @param load loads the framework's sign-in form
 */
export function createUser<Form>(load: () => Promise<Form>): UserController<Form> {
	let options: BlueskyUserOptions<object> = {};
	let session: BskySessionController;
	let root: Element | null = null;
	let life = new AbortController();
	const $state = atom<UserState<Form>>(INITIAL);
	const parts = {
		get state() {
			return $state.value;
		},
		get options() {
			return options;
		},
		get session() {
			return session;
		},
		get root() {
			return root;
		},
		get signal() {
			return life.signal;
		},
		ask: createAsk(() => options),
		load,
		patch: (changes) => $state.set({ ...$state.value, ...(changes as Partial<UserState<Form>>) }),
	} as UserParts;

	let later: Promise<typeof import("./later.ts")> | undefined;
	const run = (what: (later: typeof import("./later.ts")) => unknown) => {
		later ??= import("./later.ts");
		void later.then(what, () => {
			later = undefined;
			// Offline, say. It is loaded again when it is needed again.
			parts.patch({ user: $state.value.user ?? "failed" });
		});
	};

	return {
		$state,
		setOptions(next) {
			options = next;
		},
		mount(next) {
			session = next;
			life = new AbortController();
			const unlisten = session.$state.subscribe((state) => {
				const isGone = !state.data && !state.isPending && options.user;
				if (later || isGone || needsUser(state) || hasTrip()) {
					run(({ settle }) => settle(parts, state));
				}
			});
			// It opens without the script as well.
			if (root?.querySelector("details")?.open) this.open();
			return () => {
				unlisten();
				life.abort();
			};
		},
		setRoot(element) {
			root = element;
		},
		prepare: () => run(({ prepare }) => prepare(parts)),
		open: () => run(({ open }) => open(parts)),
		signOut: () => run(({ signOut }) => signOut(parts)),
		retry: () => run(({ retry }) => retry(parts)),
		reconnect: () => run(({ reconnect }) => reconnect(parts)),
		switchTo: (did) => run(({ switchTo }) => switchTo(parts, did)),
		openForm: () => run(({ openForm }) => openForm(parts)),
	};
}
