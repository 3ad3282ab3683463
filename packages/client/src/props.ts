import type {
	AnyEvent,
	KeyEvent,
	PointerLikeEvent,
	SubmitLikeEvent,
	TargetEvent,
} from "./events.ts";
import type { Part } from "./parts.ts";

/** Of an attribute without a value: frameworks disagree about what `false` means for one. */
type On = true;

type Maybe<T> = { [Name in keyof T]?: T[Name] | undefined };

type Data = {
	[Name in keyof DataValues as `data-${Name}`]: DataValues[Name];
};

interface DataValues {
	/** What tells our elements from those of the app. */
	bsky: "";
	part: Part;
	state: string;
	/** Which of the buttons is the first to press: one at any moment. */
	variant: "primary" | "secondary";
	intent: string;
	/** Where an error is said. */
	place: string;
	mode: "handle" | "server";
	as: string;
	side: "start";
	hue: number;
	"bsky-theme": string;
}

type Aria = {
	[Name in keyof AriaValues as `aria-${Name}`]: AriaValues[Name];
};

interface AriaValues {
	activedescendant: string;
	autocomplete: "list";
	busy: "true";
	controls: string;
	current: "true";
	describedby: string;
	disabled: "true";
	expanded: "true" | "false";
	haspopup: "dialog";
	hidden: "true";
	invalid: "true";
	label: string;
	labelledby: string;
	selected: "true" | "false";
}

interface Common extends Data, Aria {
	/** What an app adds to an element of a view. */
	class: string;
	dir: "auto" | "ltr";
	hidden: On;
	id: string;
	lang: string;
	role: "alert" | "combobox" | "group" | "listbox" | "option" | "status";
	tabindex: number;
}

/** Told of the element itself. In views alone: each framework has its own way to ask for that. */
type Ref = (element: Element | null) => void;

type Of<Own = unknown> = Maybe<Common & Own & { ref: Ref }>;

/**
 * Attributes and handlers by the kind of element, in neutral names: attributes as HTML writes them
 * (`for`, `autocomplete`, `tabindex`, `aria-…`, `data-…`), handlers as `onInput`, `onKeyDown`. What
 * is `undefined` is left out. Only what a connect function hands out is here: a name that isn't is
 * most likely misspelled.
 */
export interface NeutralProps {
	/** One that has nothing of its own: `div`, `p`, `span`, `summary`. */
	element: Of;
	form: Of<{
		action: string;
		method: "post";
		novalidate: On;
		target: "_top";
		onSubmit: (event: SubmitLikeEvent) => void;
	}>;
	a: Of<{ href: string; rel: string; target: "_blank" }>;
	label: Of<{ for: string }>;
	input: Of<{
		autocapitalize: "none";
		autocomplete: "username";
		autocorrect: "off";
		enterkeyhint: "go";
		inputmode: "url";
		name: string;
		placeholder: string;
		readonly: On;
		required: On;
		spellcheck: "false";
		type: "hidden" | "text";
		value: string;
		onBlur: () => void;
		onCompositionEnd: () => void;
		onCompositionStart: () => void;
		onFocus: () => void;
		onInput: (event: TargetEvent) => void;
		onKeyDown: (event: KeyEvent & TargetEvent) => void;
	}>;
	button: Of<{
		disabled: On;
		formnovalidate: On;
		name: string;
		type: "button" | "submit";
		value: string;
		onClick: (event: AnyEvent & TargetEvent) => void;
	}>;
	img: Of<{
		alt: string;
		decoding: "async";
		height: number;
		referrerpolicy: "no-referrer";
		src: string;
		width: number;
	}>;
	svg: Of<{ focusable: "false"; height: number; viewBox: string; width: number }>;
	path: Of<{ d: string }>;
	ul: Of<{ onMouseDown: (event: AnyEvent) => void }>;
	li: Of<{
		onClick: () => void;
		onKeyDown: (event: KeyEvent) => void;
		onPointerMove: () => void;
	}>;
	dialog: Of<{ onClose: () => void; onPointerDown: (event: PointerLikeEvent) => void }>;
	details: Of<{
		onClick: (event: TargetEvent & { target: unknown }) => void;
		onPointerEnter: () => void;
		onToggle: (event: TargetEvent) => void;
		onFocusOut: (event: TargetEvent & { relatedTarget: unknown }) => void;
		onKeyDown: (event: AnyEvent & TargetEvent & { key: string; target: unknown }) => void;
	}>;
}

/** What a framework makes of them, by the kind of element they are meant for. */
export type ElementProps = { [Element in keyof NeutralProps]: unknown };

/** The neutral props of any element. */
export type Props = NeutralProps[keyof NeutralProps];

/** Turns neutral props into those of a framework. `element` is the kind they are meant for. */
export type Normalize<T extends ElementProps> = <K extends keyof ElementProps>(
	props: NeutralProps[K],
	element: K,
) => T[K];

/** Of a framework that nobody named: the neutral props as they are. */
export const neutral = <R>(props: unknown): R => props as R;

/** Attributes that styles and tests find an element by. */
export const part = (name: Part, state?: string) =>
	({ "data-bsky": "", "data-part": name, "data-state": state }) as const;
