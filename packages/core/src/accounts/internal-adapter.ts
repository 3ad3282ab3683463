import type { AuthContext } from "better-auth";

/** What better-auth and its plugins read and write users, accounts and sessions with. */
export type InternalAdapter = AuthContext["internalAdapter"];

/**
 * Puts something around better-auth's internal adapter, the one way that all of its own endpoints and
 * those of its plugins take, whatever the sessions are stored in. better-auth makes a new one after
 * the last plugin's `init`: that one is wrapped as well.
 */
export function extendAdapter(
	context: AuthContext,
	extend: (adapter: InternalAdapter) => InternalAdapter,
): void {
	let current = extend(context.internalAdapter);
	Object.defineProperty(context, "internalAdapter", {
		configurable: true,
		enumerable: true,
		get: () => current,
		set: (adapter: InternalAdapter) => {
			current = extend(adapter);
		},
	});
}
