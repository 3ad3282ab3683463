import { type Common, namesOf, SIGN_IN } from "./options.ts";

/** The `<bluesky-sign-in>` inside another one of our elements, with these options. */
export function innerSignIn(of: Element & Pick<Common, "theme">, given: object): HTMLElement {
	const said: Record<string, unknown> = { theme: of.theme, ...given };
	const element =
		of.querySelector("bluesky-sign-in") ?? of.ownerDocument.createElement("bluesky-sign-in");
	for (const name of namesOf(SIGN_IN)) Object.assign(element, { [name]: said[name] });
	return element;
}
