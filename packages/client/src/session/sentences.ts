import { errorMessage, mergeLabels } from "../labels/text.ts";
import type { PartialLabels } from "../labels/types.ts";

/** The sentence for any code. All of them are a kilobyte, so this is loaded when one is needed. */
export const sentenceOf = (code: string, labels: PartialLabels | undefined): string =>
	errorMessage(mergeLabels(labels), code);
