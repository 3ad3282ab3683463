/**
 * Something the person who starts the network can put right: a taken port, a folder made for other
 * ports, a missing service. The message says what happened, why, and what to do.
 */
export class DevnetError extends Error {
	override name = "DevnetError";
}

/** Nothing runs where a network was looked for. */
export class NotRunningError extends DevnetError {
	override name = "NotRunningError";
}
