/** Somebody to show: what a person needs to recognise an account. */
export interface Person {
	/** Known unless the handle was only typed. */
	did?: string;
	handle: string;
	displayName?: string;
	/** An https image. */
	avatar?: string;
}

/** What to call them: the display name, else `@handle`. */
export const nameOf = ({ displayName, handle }: Person): string => displayName || `@${handle}`;
