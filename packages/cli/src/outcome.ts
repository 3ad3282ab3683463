/** How a command ends: better-auth's own convention. */
export const exitCodes = { fine: 0, findings: 1, couldNotRun: 2 } as const;

/** Why a command could not run, for whoever typed it: what happened, and what to do. */
export class CannotRun extends Error {
	override name = "CannotRun";
}
