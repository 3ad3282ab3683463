export { en } from "./en.ts";
export { errorMessage, mergeLabels } from "./text.ts";
export type {
	BskyLabels,
	ErrorLabels,
	LabelledErrorCode,
	PartialLabels,
	PluralLabel,
} from "./types.ts";
