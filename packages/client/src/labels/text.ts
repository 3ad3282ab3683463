import { en } from "./en.ts";
import type { BskyLabels, PartialLabels, PluralLabel } from "./types.ts";

/** Completes labels with the English ones. */
export const mergeLabels = (labels: PartialLabels = {}): BskyLabels => ({
	...en,
	...labels,
	errors: { ...en.errors, ...labels.errors } as BskyLabels["errors"],
});

/** The sentence for an error code, in either case; a general one for a code without. */
export const errorMessage = ({ errors }: BskyLabels, code: string): string =>
	(hasMessage(errors, code) ? errors[code.toUpperCase()] : undefined) ?? errors.UNKNOWN;

/** Whether a code is one that a sentence exists for. */
export const hasMessage = (errors: BskyLabels["errors"], code: string): boolean =>
	Object.hasOwn(errors, code.toUpperCase());

/** Fills the `{gaps}` of a text. */
export const fill = (text: string, values: Record<string, string | number>): string =>
	text.replace(/\{(\w+)\}/g, (gap, name: string) => String(values[name] ?? gap));

/** The form of a text for a number, by the rules of its language. */
export const plural = ({ locale }: BskyLabels, forms: PluralLabel, count: number): string =>
	fill(forms[new Intl.PluralRules(locale).select(count)] ?? forms.other, { count });
