/** A file to write. */
export interface Edit {
	/** Within the app. */
	path: string;
	/** Undefined where there is no file yet. */
	before: string | undefined;
	after: string;
	what: string;
	/** What else is in the file is shown to nobody. */
	secret?: true;
}

/** What is left to a person, since the file is written in a way that this doesn't understand. */
interface ByHand {
	path: string;
	what: string;
	lines: string;
	/** Maybe it is done in another folder, where this can't see it: it doesn't count as left to do. */
	maybeElsewhere?: true;
}

export interface Plan {
	edits: Edit[];
	byHand: ByHand[];
}

export const NOTHING: Plan = { edits: [], byHand: [] };

export const edit = (
	path: string,
	before: string | undefined,
	after: string,
	what: string,
): Plan => ({
	edits: [{ path, before, after, what }],
	byHand: [],
});

export const byHand = (path: string, what: string, lines: string): Plan => ({
	edits: [],
	byHand: [{ path, what, lines }],
});
