import type { GenericEndpointContext, Session, User } from "better-auth";
import { getSessionFromCtx } from "better-auth/api";
import type { Bsky } from "../bsky.ts";

type Guest = { session: Session; user: User & { isAnonymous?: boolean | null } };

/** The guest whom better-auth's anonymous plugin has signed in, before they sign in as somebody. */
export async function readGuest(ctx: GenericEndpointContext): Promise<Guest | null> {
	if (!ctx.context.hasPlugin("anonymous")) return null;
	const current: Guest | null = await getSessionFromCtx(ctx, {
		disableCookieCache: true,
		disableRefresh: true,
	});
	return current?.user.isAnonymous ? current : null;
}

/**
 * What the anonymous plugin does after a sign-in at better-auth's own paths: the app may take over
 * what the guest had, and the guest goes. Where the app fails at that, they stay.
 */
export async function leaveGuest(
	ctx: GenericEndpointContext,
	bsky: Bsky,
	guest: Guest,
): Promise<void> {
	const { newSession, internalAdapter } = ctx.context;
	if (!newSession || newSession.user.id === guest.user.id) return;
	const options = ctx.context.getPlugin("anonymous")?.options;
	try {
		const anonymousUser = { session: guest.session, user: { ...guest.user, isAnonymous: true } };
		await options?.onLinkAccount?.({ anonymousUser, newUser: newSession, ctx });
		if (!options?.disableDeleteAnonymousUser) await internalAdapter.deleteUser(guest.user.id);
	} catch (error) {
		bsky.logFailure("What a guest had could not be taken over; they stay.", error);
	}
}
