import type { Part } from "@better-auth-bsky/client/sign-in";
import { vi } from "vitest";
import { page } from "vitest/browser";

/** A part of a component, or the one of the tests' own `SessionProbe`. */
export type SeenPart = Part | "probe";

const selectorOf = (name: SeenPart, state?: string) =>
	`[data-part="${name}"]${state === undefined ? "" : `[data-state="${state}"]`}`;

let places = 0;

/** What is found in a component: by part and state, or as assistive technology finds it. */
export function look(container: HTMLElement) {
	// Without a name of its own it is found by its text, which changes.
	container.dataset.testid ??= `place-${++places}`;
	const locator = () => page.elementLocator(container);
	const all = (name: SeenPart, state?: string) => [
		...container.querySelectorAll<HTMLElement>(selectorOf(name, state)),
	];
	const part = (name: SeenPart, state?: string): HTMLElement => {
		const [found] = all(name, state);
		if (!found) throw new Error(`There is no ${selectorOf(name, state)}.`);
		return found;
	};
	return {
		container,
		all,
		part,
		has: (name: SeenPart, state?: string) => all(name, state).length > 0,
		text: (name: SeenPart) => part(name).textContent?.trim() ?? "",
		state: (name: SeenPart) => part(name).dataset.state,
		/** The one element of this role and exact accessible name. */
		role: (role: string, name?: string) =>
			locator()
				.getByRole(role as "button", name ? { name, exact: true } : {})
				.element(),
		roles: (role: string, name?: string) =>
			locator()
				.getByRole(role as "button", name ? { name, exact: true } : {})
				.elements(),
		/** What is said to be wrong, wherever it is said. */
		get alert() {
			return locator()
				.getByRole("alert")
				.elements()
				.map(({ textContent }) => textContent?.trim() ?? "")
				.join("");
		},
		get input() {
			return part("input") as HTMLInputElement;
		},
		get form() {
			return part("form") as HTMLFormElement;
		},
		/** The option that is highlighted, by its handle. */
		get active() {
			return all("option", "active")[0]?.textContent ?? null;
		},
	};
}

export type Ui = ReturnType<typeof look>;

/** Waits for what is asserted to become true. */
export const until = <T>(assertion: () => T | Promise<T>): Promise<T> =>
	vi.waitFor(assertion, { timeout: 4000, interval: 15 });

export const rest = (milliseconds: number) =>
	new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Brings colours to where they are going. */
export function finishAnimations(): void {
	for (const animation of document.getAnimations()) {
		if (animation.effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY) {
			animation.cancel();
		} else animation.finish();
	}
}

/** Has what is there stand in a modal dialog of the app's for a while. */
export async function inDialog(
	container: HTMLElement,
	run: (dialog: HTMLDialogElement) => Promise<void>,
): Promise<void> {
	const dialog = document.body.appendChild(document.createElement("dialog"));
	dialog.append(container);
	dialog.showModal();
	await run(dialog);
	document.body.append(container);
	dialog.remove();
}
