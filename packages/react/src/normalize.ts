import type { ElementProps, Normalize, Props } from "@better-auth-bsky/client/sign-in";
import type {
	AnchorHTMLAttributes,
	ButtonHTMLAttributes,
	DetailsHTMLAttributes,
	DialogHTMLAttributes,
	FormHTMLAttributes,
	HTMLAttributes,
	ImgHTMLAttributes,
	InputHTMLAttributes,
	LabelHTMLAttributes,
	LiHTMLAttributes,
	SVGAttributes,
} from "react";

/** Props as React's elements take them. */
export interface ReactProps extends ElementProps {
	element: HTMLAttributes<Element>;
	a: AnchorHTMLAttributes<HTMLAnchorElement>;
	form: FormHTMLAttributes<HTMLFormElement>;
	label: LabelHTMLAttributes<HTMLLabelElement>;
	input: InputHTMLAttributes<HTMLInputElement>;
	button: ButtonHTMLAttributes<HTMLButtonElement>;
	img: ImgHTMLAttributes<HTMLImageElement>;
	svg: SVGAttributes<SVGSVGElement>;
	path: SVGAttributes<SVGPathElement>;
	ul: HTMLAttributes<HTMLUListElement>;
	li: LiHTMLAttributes<HTMLLIElement>;
	dialog: DialogHTMLAttributes<HTMLDialogElement>;
	details: DetailsHTMLAttributes<HTMLDetailsElement>;
}

/** Where React's name for something is its own. Its `onChange` is the browser's `input`. */
const NAMES: Record<string, string> = {
	autocapitalize: "autoCapitalize",
	autocomplete: "autoComplete",
	autocorrect: "autoCorrect",
	class: "className",
	enterkeyhint: "enterKeyHint",
	for: "htmlFor",
	formnovalidate: "formNoValidate",
	inputmode: "inputMode",
	novalidate: "noValidate",
	onFocusOut: "onBlur",
	onInput: "onChange",
	readonly: "readOnly",
	referrerpolicy: "referrerPolicy",
	spellcheck: "spellCheck",
	tabindex: "tabIndex",
};

/** Neutral props under the names that React has for them. */
export const rename = (props: Props) =>
	Object.fromEntries(Object.entries(props).map(([name, value]) => [NAMES[name] ?? name, value]));

export const normalize = rename as Normalize<ReactProps>;
