import type { ReadableAtom } from "nanostores";

/**
 * All the reactivity there is: the value of an atom, followed while the component lives.
 *
 * @param initial what the server rendered with, and so what hydration begins with
 */
export function useStore<T>(atom: () => ReadableAtom<T>, initial: T): { readonly current: T } {
	let current = $state.raw(initial);
	$effect(() =>
		atom().subscribe((value) => {
			current = value;
		}),
	);
	return {
		get current() {
			return current;
		},
	};
}
