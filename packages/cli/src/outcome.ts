/** How a command ends: better-auth's own convention. */
export const exitCodes = { fine: 0, findings: 1, couldNotRun: 2 } as const;

/** What an error of somebody else's says, in words, with what it came of. */
export function messageOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const inside = error instanceof AggregateError ? error.errors.map(messageOf).join(", ") : "";
	const said = error.message || inside || error.name;
	// What is of this command says it all.
	if (error instanceof CannotRun || error.cause === undefined) return said;
	const why = messageOf(error.cause);
	return said.includes(why) ? said : `${said}: ${why}`;
}

/** Why a command could not run, for whoever typed it: what happened, and what to do. */
export class CannotRun extends Error {
	override name = "CannotRun";
}
