import { checkTypes, type Finding } from "./check.ts";
import { checkElements, checkJson } from "./data.ts";
import type { Page } from "./pages.ts";

export type { Finding } from "./check.ts";
export { type Hover, hoversOf, keyOf } from "./hovers.ts";
export { allPages, pageAt } from "./pages.ts";

/** All that is wrong with the code on these pages. */
export const check = (pages: readonly Page[]): Finding[] =>
	[checkTypes, checkJson, checkElements].flatMap((one) => one(pages));
