import type { AuthContext } from "better-auth";
import { readSession, writeRefreshed } from "../src/stores/session-store.ts";

/** Makes the stored access token of a DID look as if it ended a minute ago. On any runtime. */
export async function expireStored(context: AuthContext, did: string): Promise<void> {
	const stored = await readSession(context, did);
	if (!stored?.session) throw new Error(`No session of ${did} is stored.`);
	const { session } = stored;
	const expires_at = new Date(Date.now() - 60_000).toISOString();
	const tokenSet = { ...session.tokenSet, expires_at };
	await writeRefreshed(context, stored, { ...session, tokenSet });
}
