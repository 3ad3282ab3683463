import { errorMessage, knownCode, mergeLabels } from "../labels/text.ts";
import type { PartialLabels } from "../labels/types.ts";
import { takeCallbackError } from "../page.ts";

/** The sentence for any code. All of them are a kilobyte, so this is loaded when one is needed. */
export const sentenceOf = (code: string, labels: PartialLabels | undefined): string =>
	errorMessage(mergeLabels(labels), code);

/** Whether the page's URL has a failure of ours. */
export const hasFailure = (labels: PartialLabels | undefined): boolean =>
	knownCode(mergeLabels(labels), new URLSearchParams(location.search).get("error")) !== null;

/** Takes that failure out of the URL. */
export const takeFailure = (labels: PartialLabels | undefined): string | null =>
	takeCallbackError({ labels: mergeLabels(labels) });
