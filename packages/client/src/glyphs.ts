import { part } from "./props.ts";
import { el, type View } from "./view.ts";

/** Strokes on a field of 24 by 24. */
const PATHS = {
	arrow: "M5 12h14m-6-6 6 6-6 6",
	cross: "M6 6l12 12M18 6 6 18",
	server: "M5 4h14v6H5zM5 14h14v6H5zM8 7h.01M8 17h.01",
	check: "m5 12.5 4.5 4.5L19 7.5",
	again: "M20 11a8 8 0 1 0-2.3 6M20 4v7h-7",
	leave: "M10 4H5v16h5m5-12 4 4-4 4m4-4h-9",
} as const;

/** A small picture, hidden from assistive technology: there are words beside it. */
export const glyph = (name: keyof typeof PATHS): View =>
	el(
		"svg",
		{ ...part("glyph"), width: 20, height: 20, viewBox: "0 0 24 24", "aria-hidden": "true" },
		el("path", { d: PATHS[name] }),
	);
