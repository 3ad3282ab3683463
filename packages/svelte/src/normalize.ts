import type { ElementProps, Normalize, Props } from "@better-auth-bsky/client/sign-in";
import type {
	HTMLAnchorAttributes,
	HTMLAttributes,
	HTMLButtonAttributes,
	HTMLDetailsAttributes,
	HTMLDialogAttributes,
	HTMLFormAttributes,
	HTMLImgAttributes,
	HTMLInputAttributes,
	HTMLLabelAttributes,
	HTMLLiAttributes,
	SVGAttributes,
} from "svelte/elements";

/** Props as Svelte's elements take them. */
export interface SvelteProps extends ElementProps {
	element: HTMLAttributes<HTMLElement>;
	a: HTMLAnchorAttributes;
	form: HTMLFormAttributes;
	label: HTMLLabelAttributes;
	input: HTMLInputAttributes;
	button: HTMLButtonAttributes;
	img: HTMLImgAttributes;
	svg: SVGAttributes<SVGSVGElement>;
	path: SVGAttributes<SVGPathElement>;
	ul: HTMLAttributes<HTMLUListElement>;
	li: HTMLLiAttributes;
	dialog: HTMLDialogAttributes;
	details: HTMLDetailsAttributes;
}

/** Svelte's names are HTML's; handlers are in lower case as well. */
export const rename = (props: Props) =>
	Object.fromEntries(
		Object.entries(props).flatMap(([name, value]) =>
			name === "ref" ? [] : [[name.startsWith("on") ? name.toLowerCase() : name, value]],
		),
	);

export const normalize = rename as Normalize<SvelteProps>;
