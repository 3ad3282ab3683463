/** Somebody to show: what a person needs to recognise an account. */
export interface Person {
	/** Known unless the handle was only typed. */
	did?: string | undefined;
	handle: string;
	displayName?: string | undefined;
	/** An https image. */
	avatar?: string | undefined;
}

/** What to call them: the display name, else `@handle`. */
export const nameOf = ({ displayName, handle }: Pick<Person, "displayName" | "handle">): string =>
	displayName || `@${handle}`;

/** The people in a list that came from elsewhere: a server, or a storage that anything writes to. */
export const peopleIn = <T extends Person>(list: unknown): T[] =>
	Array.isArray(list) ? list.filter(isPerson<T>) : [];

const isPerson = <T extends Person>(one: unknown): one is T => {
	const { handle, displayName = "", avatar = "http:" } = Object(one) as Record<string, unknown>;
	return (
		typeof handle === "string" &&
		typeof displayName === "string" &&
		typeof avatar === "string" &&
		/^https?:/.test(avatar)
	);
};
