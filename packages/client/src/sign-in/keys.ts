import { isElement, type KeyEvent, type TargetEvent } from "../events.ts";
import { elementById, idsOf } from "./ids.ts";
import type { SignIn } from "./types.ts";

/**
 * The keys of a combobox with a list.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */
export function onFieldKey(signIn: SignIn, event: KeyEvent & TargetEvent): void {
	if (event.isComposing || event.nativeEvent?.isComposing || event.keyCode === 229) return;
	if (event.ctrlKey || event.metaKey || event.shiftKey) return;
	const { currentTarget: field } = event;
	// Held, it would begin again what has failed, and go on with whoever was picked.
	const isHeld = event.repeat && event.key === "Enter";
	if (isHeld || KEYS[event.key]?.(signIn, event.altKey, isElement(field) ? field : null)) {
		event.preventDefault();
		event.stopPropagation();
	}
}

/** Each answers whether it used the key; the browser does what it does with any other. */
const KEYS: Record<string, (signIn: SignIn, alt: boolean, field: Element | null) => boolean> = {
	ArrowDown: (signIn, alt, field) => move(signIn, 1, alt, field),
	ArrowUp: (signIn, alt, field) => (alt ? closed(signIn) : move(signIn, -1, false, field)),
	Enter(signIn) {
		const { open, highlighted } = signIn.$state.get();
		if (open && highlighted >= 0) signIn.pick(highlighted);
		// Not by the form: inside another one, it isn't the browser's.
		else void signIn.submit();
		return true;
	},
	// What was typed stays, and a dialog closes with the next one.
	Escape: closed,
	Tab(signIn) {
		signIn.close();
		return false;
	},
	// These belong to the text: the caret moves, and the list has no say any more.
	Home: leaveOption,
	End: leaveOption,
	ArrowLeft: leaveOption,
	ArrowRight: leaveOption,
};

function move(signIn: SignIn, by: 1 | -1, onlyOpen: boolean, field: Element | null): boolean {
	signIn.open();
	const { open, highlighted, suggestions } = signIn.$state.get();
	if (!open || onlyOpen) return open;
	const from = highlighted < 0 && by < 0 ? 0 : highlighted;
	const next = (from + by + suggestions.length) % suggestions.length;
	signIn.highlight(next);
	// The framework may show the list only after this.
	requestAnimationFrame(() =>
		elementById(idsOf(signIn.options.id).option(next), field)?.scrollIntoView({ block: "nearest" }),
	);
	return true;
}

function closed(signIn: SignIn): boolean {
	const { open } = signIn.$state.get();
	if (open) signIn.close();
	return open;
}

function leaveOption(signIn: SignIn): boolean {
	if (signIn.$state.get().highlighted >= 0) signIn.highlight(-1);
	return false;
}
