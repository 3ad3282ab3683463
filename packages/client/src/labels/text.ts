import { defined } from "../defined.ts";
import { en } from "./en.ts";
import type { BskyLabels, PartialLabels, PluralLabel } from "./types.ts";

/** Completes labels with the English ones. */
export const mergeLabels = (labels?: PartialLabels): BskyLabels => ({
	...en,
	...defined(labels),
	errors: { ...en.errors, ...defined(labels?.errors) } as BskyLabels["errors"],
});

// Codes are looked up in upper case, in which nothing has a name that objects inherit.

/** The sentence for an error code, in either case; a general one for a code without. */
export const errorMessage = ({ errors }: BskyLabels, code: string): string =>
	errors[code.toUpperCase()] ?? errors.UNKNOWN;

/** An error's code in upper case, where it has a sentence; others aren't ours. */
export const knownCode = (
	{ errors }: Pick<BskyLabels, "errors">,
	code?: string | null,
): string | null => (code && errors[code.toUpperCase()] ? code.toUpperCase() : null);

/** Fills the `{gaps}` of a text. */
export const fill = (text: string, values: Record<string, string | number>): string =>
	text.replace(/\{(\w+)\}/g, (gap, name: string) => String(values[name] ?? gap));

/** The form of a text for a number, by the rules of its language. */
export function plural({ locale }: BskyLabels, forms: PluralLabel, count: number): string {
	let form: string | undefined;
	try {
		form = forms[new Intl.PluralRules(locale).select(count)];
	} catch {
		// Some write a language as no browser does, such as `pt_BR`.
	}
	return fill(form ?? forms.other, { count });
}
