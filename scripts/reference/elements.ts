import type ts from "typescript";
import {
	ACCOUNTS,
	attributeOf,
	type Options,
	SCOPE_GATE,
	SIGN_IN,
	USER,
} from "../../packages/elements/src/options.ts";
import type { Export } from "./exports.ts";
import { type Member, membersOf } from "./members.ts";

/** An option of a custom element. */
interface ElementOption extends Member {
	/** How HTML says it; none where only a script can. */
	attribute?: string;
}

/** A custom element, with what it takes. */
export interface CustomElement {
	text: string;
	options: ElementOption[];
}

const OPTIONS: Record<string, { of: string; options: Options<object> }> = {
	"bluesky-sign-in": { of: "BlueskySignIn", options: SIGN_IN },
	"bluesky-user": { of: "BlueskyUser", options: USER },
	"bluesky-accounts": { of: "BlueskyAccounts", options: ACCOUNTS },
	"bluesky-scope-gate": { of: "BlueskyScopeGate", options: SCOPE_GATE },
};

/** @param one finds what the package exports */
export const readElements = (
	one: (name: string) => Export,
	checker: ts.TypeChecker,
): Record<string, CustomElement> =>
	Object.fromEntries(
		Object.entries(OPTIONS).map(([tag, { of, options }]) => {
			const props = checker.getDeclaredTypeOfSymbol(one(`${of}Props`).symbol);
			const isSaid = (name: string) =>
				Object.entries(options).some(([key, read]) => key === name && read);
			const members = membersOf(props, checker)
				.sort((first, second) => (first.name < second.name ? -1 : 1))
				.map((each) => ({
					...each,
					...(isSaid(each.name) && { attribute: attributeOf(each.name) }),
				}));
			return [tag, { text: one(of).text, options: members }];
		}),
	);
