/** Where better-auth's clients tell other tabs that the session has changed. */
export const CHANNEL = "better-auth.message";

/** Tells the other tabs, better-auth's own clients among them. They ask for the session then. */
export function tellOtherTabs(trigger: string): void {
	const message = { event: "session", data: { trigger }, timestamp: Date.now() };
	try {
		localStorage.setItem(CHANNEL, JSON.stringify(message));
	} catch {
		// They find out when the person returns to them.
	}
}
