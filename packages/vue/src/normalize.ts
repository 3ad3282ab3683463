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
} from "vue";

/** Props as Vue's elements take them: `v-bind="api.getInputProps()"`. */
export interface VueProps extends ElementProps {
	element: HTMLAttributes;
	a: AnchorHTMLAttributes;
	form: FormHTMLAttributes;
	label: LabelHTMLAttributes;
	input: InputHTMLAttributes;
	button: ButtonHTMLAttributes;
	img: ImgHTMLAttributes;
	svg: SVGAttributes;
	path: SVGAttributes;
	ul: HTMLAttributes;
	li: LiHTMLAttributes;
	dialog: DialogHTMLAttributes;
	details: DetailsHTMLAttributes;
}

// Of `onKeyDown` Vue would make the event `key-down`.
const nameOf = (name: string) =>
	name.replace(/^on(.)(.*)/, (_, first, rest) => `on${first}${rest.toLowerCase()}`);

/** Vue's names are HTML's. Of `src: undefined` it would make an image that failed to load. */
export const rename = (props: Props) =>
	Object.fromEntries(
		Object.entries(props).flatMap(([name, value]) =>
			value === undefined ? [] : [[nameOf(name), value]],
		),
	);

export const normalize = rename as Normalize<VueProps>;
