/** Nothing but white space, quotes and what can't be seen: what an empty variable arrives as. */
const BLANK = /^[\s\p{C}"'`]*$/u;

/** The value of an option; undefined where it isn't set, as an empty environment variable isn't. */
export const given = <T>(value: T | null | undefined): T | undefined =>
	value === null || (typeof value === "string" && BLANK.test(value)) ? undefined : value;
