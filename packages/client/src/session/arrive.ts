import { isTold } from "../accounts/since.ts";
import type { BskySession } from "../core.ts";
import { keepRemembered } from "../sign-in/remembered.ts";
import { type BskyEvents, tell } from "../tell.ts";
import { endTrip } from "../trip.ts";
import { type AppSession, appSession } from "./app-user.ts";
import { tellOtherTabs } from "./tell-other-tabs.ts";
import type { UserParts } from "./user-types.ts";

/** How long after a user their first session is made at most, in milliseconds. */
const AT_ONCE = 10_000;

/** Both times are the server's. */
const isNew = ({ user, session }: AppSession): boolean => {
	const [born, begun] = [user, session].map((row) => new Date(String(row?.createdAt)).getTime());
	return born !== undefined && begun !== undefined && Math.abs(begun - born) < AT_ONCE;
};

/** Tells the app of one of these. */
export type Tell = <Name extends "connect" | "success">(
	name: Name,
	detail: BskyEvents[Name],
	callback: ((detail: BskyEvents[Name]) => void) | undefined,
) => void;

/** Tells the app that somebody has come back from their server, signed in or connected. */
export async function arrive(
	parts: Pick<UserParts, "ask" | "options"> & { tell: Tell },
	data: BskySession | null,
): Promise<void> {
	const trip = endTrip();
	if (!trip || !data?.did) return;
	const { did, handle } = data;
	if (trip.remember && handle) keepRemembered({ ...data, did, handle });
	// The page behind this window hears of it as other tabs do.
	if (trip.popup) {
		tellOtherTabs("signin");
		window.close();
	}
	// Whoever was signed in already need not have come back from anywhere.
	if (trip.intent === "upgrade" || trip.was?.split(" ").includes(did)) return;
	const { onConnect, onSuccess } = parts.options;
	if (trip.intent === "connect") {
		// A list on the page may have been quicker.
		if (trip.by && isTold()) return tell(null, "connect", { did }, onConnect);
		return parts.tell("connect", { did }, onConnect);
	}
	const session = await appSession(parts);
	parts.tell("success", { did, isNewUser: session !== null && isNew(session) }, onSuccess);
}
