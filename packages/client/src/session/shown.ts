import type { BskySession } from "../core.ts";
import { nameOf, type Person } from "../person.ts";
import type { KnownUser } from "./status.ts";

/** Whoever is signed in, as they are shown. */
export interface Shown extends Person {
	/** What to call them. */
	name: string;
	/** Their address, where they have no handle here. */
	email?: string | undefined;
}

/** Of a Bluesky account its own looks; else those of better-auth's user; `null` for nobody. */
export function shownOf(data: BskySession | null, user: KnownUser): Shown | null {
	if (data?.did) {
		const { did, displayName, avatar } = data;
		const handle = data.handle ?? did;
		return { did, handle, displayName, avatar, name: nameOf({ displayName, handle }) };
	}
	if (!user || user === "failed") return null;
	const { name, image } = user;
	// Nothing can be sent to a placeholder: https://www.rfc-editor.org/rfc/rfc2606
	const email = user.email?.endsWith(".invalid") ? undefined : (user.email ?? undefined);
	return {
		handle: email ?? "",
		displayName: name || undefined,
		avatar: image ?? undefined,
		name: name || email || "",
		email,
	};
}
