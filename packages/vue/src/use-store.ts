import type { ReadableAtom } from "nanostores";
import {
	onActivated,
	onBeforeUnmount,
	onDeactivated,
	onMounted,
	type ShallowRef,
	shallowRef,
	watchEffect,
} from "vue";

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

/**
 * Begins something when the component is mounted; what it returns ends it, also while a `KeepAlive` has
 * the component out of the page.
 */
export function useMount(begin: () => () => void): void {
	let end: (() => void) | undefined;
	const start = () => {
		end ??= begin();
	};
	const stop = () => {
		end?.();
		end = undefined;
	};
	onMounted(start);
	onActivated(start);
	onDeactivated(stop);
	onBeforeUnmount(stop);
}
