import type { ElementProps, Normalize, Props } from "@better-auth-bsky/client/sign-in";
import type {
	HTMLAttributes,
	HTMLButtonAttributes,
	HTMLFormAttributes,
	HTMLImgAttributes,
	HTMLInputAttributes,
	HTMLLabelAttributes,
	HTMLLiAttributes,
} from "svelte/elements";

/** Props as Svelte's elements take them. */
export interface SvelteProps extends ElementProps {
	element: HTMLAttributes<HTMLElement>;
	form: HTMLFormAttributes;
	label: HTMLLabelAttributes;
	input: HTMLInputAttributes;
	button: HTMLButtonAttributes;
	img: HTMLImgAttributes;
	ul: HTMLAttributes<HTMLUListElement>;
	li: HTMLLiAttributes;
}

/** Svelte's names are HTML's; handlers are in lower case as well. */
const rename = (props: Props): Props =>
	Object.fromEntries(Object.entries(props).map(([name, value]) => [name.toLowerCase(), value]));

export const normalize = rename as Normalize<SvelteProps>;
