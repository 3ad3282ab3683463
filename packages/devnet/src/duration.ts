import { DevnetError } from "./errors.ts";

const UNITS: Record<string, number> = {
	ms: 1,
	s: 1000,
	m: 60_000,
	h: 3_600_000,
	d: 86_400_000,
};

/** A length of time: milliseconds, or a text like `"90s"`, `"1h30m"`, `"15d"`. */
export type Duration = number | string;

/**
 * In milliseconds.
 *
 * @throws {DevnetError} for what is no length of time
 */
export function milliseconds(duration: Duration): number {
	const parts = [...String(duration).matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
	const sum = parts.reduce((total, [, count, unit]) => total + Number(count) * toUnit(unit), 0);
	const value = typeof duration === "number" ? duration : sum;
	const isWhole = typeof duration === "number" || parts.map(([part]) => part).join("") === duration;
	if (isWhole && Number.isFinite(value) && value > 0) return Math.round(value);
	throw new DevnetError(
		`"${duration}" is no length of time: write it like 500ms, 3s, 1h30m or 15d`,
	);
}

/** As people write it: `1d 2h`, `3s`. */
export function inWords(duration: number): string {
	let rest = Math.abs(Math.round(duration));
	const parts: string[] = [];
	for (const [unit, length] of Object.entries(UNITS).reverse()) {
		const count = Math.floor(rest / length);
		if (count > 0) parts.push(`${count}${unit}`);
		rest -= count * length;
	}
	return parts.join(" ") || "0s";
}

const toUnit = (unit = "") => UNITS[unit] ?? Number.NaN;
