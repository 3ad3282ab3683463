import type { ReadableAtom } from "nanostores";
import { onBeforeUnmount, onMounted, type ShallowRef, shallowRef, watchEffect } from "vue";

/**
 * All the reactivity there is: the value of an atom, followed while the component is mounted.
 *
 * @param initial what the server rendered with, and so what hydration begins with
 */
export function useStore<T>(atom: () => ReadableAtom<T>, initial: T): Readonly<ShallowRef<T>> {
	const state = shallowRef(initial);
	onMounted(() => {
		watchEffect((onCleanup) => {
			const stop = atom().subscribe((value) => {
				state.value = value;
			});
			onCleanup(stop);
		});
	});
	return state;
}

/** Begins something when the component is mounted; what it returns ends it. */
export function useMount(begin: () => () => void): void {
	let end: (() => void) | undefined;
	onMounted(() => {
		end = begin();
	});
	onBeforeUnmount(() => end?.());
}
