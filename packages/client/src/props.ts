/**
 * Attributes and handlers of one element, in neutral names: attributes as HTML writes them (`for`,
 * `autocomplete`, `tabindex`, `aria-…`, `data-…`), handlers as `onInput`, `onKeyDown`. What is
 * `undefined` is left out. A framework's `normalize` renames them.
 */
export type Props = Record<string, unknown>;

/** The kinds of element that props are made for, by the tag they are meant for. */
export interface ElementProps {
	element: unknown;
	form: unknown;
	label: unknown;
	input: unknown;
	button: unknown;
	img: unknown;
	ul: unknown;
	li: unknown;
}

/** The same without a framework. */
export type NeutralProps = { [Element in keyof ElementProps]: Props };

/** Turns neutral props into those of a framework. `element` is the tag they are meant for. */
export type Normalize<T extends ElementProps> = <K extends keyof ElementProps>(
	props: Props,
	element: K,
) => T[K];

/** What the default `normalize` does: nothing. */
export const neutral: Normalize<NeutralProps> = (props) => props;

/** Attributes that styles and tests find an element by. */
export const part = (name: string, state?: string): Props => ({
	"data-bsky": "",
	"data-part": name,
	"data-state": state,
});

/** What is read of an event; those of browsers and of React both fit. */
export interface AnyEvent {
	preventDefault(): void;
	stopPropagation(): void;
}

export interface TextEvent {
	currentTarget: unknown;
}

export interface KeyEvent extends AnyEvent {
	key: string;
	altKey: boolean;
	ctrlKey: boolean;
	metaKey: boolean;
	shiftKey: boolean;
	isComposing?: boolean;
	keyCode?: number;
	nativeEvent?: { isComposing?: boolean };
}

export interface SubmitLikeEvent extends AnyEvent {
	submitter?: unknown;
	nativeEvent?: { submitter?: unknown };
}
