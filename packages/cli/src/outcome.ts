/** How a command ends: better-auth's own convention. */
export const exitCodes = { fine: 0, findings: 1, couldNotRun: 2 } as const;

/** What an error of somebody else's says, in words; several of which it is made, without words of its own. */
export function messageOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const inside = error instanceof AggregateError ? error.errors.map(messageOf).join(", ") : "";
	return error.message || inside || error.name;
}

/** Why a command could not run, for whoever typed it: what happened, and what to do. */
export class CannotRun extends Error {
	override name = "CannotRun";
}
