import type { AuthContext } from "better-auth";
import * as z from "zod";
import type { BskyStateRow } from "../schema.ts";

/** What is kept of a sign-in under way, wherever that is. */
export type StoredState = Pick<BskyStateRow, "state" | "expiresAt">;

type SecondaryStorage = NonNullable<AuthContext["secondaryStorage"]>;

/**
 * The app's secondary storage, where sign-ins under way belong there: as better-auth's verifications
 * do, unless the app keeps those in the database. A storage that can't take a value out in one step
 * doesn't count: a state is good for one callback.
 */
export function stateStorage(context: AuthContext): SecondaryStorage | null {
	const { secondaryStorage, verification } = context.options;
	if (!secondaryStorage || verification?.storeInDatabase) return null;
	// The type asks for it; apps in JavaScript, and from before it did, may lack it.
	return typeof secondaryStorage.getAndDelete === "function" ? secondaryStorage : null;
}

const storageKey = (key: string) => `bsky-state:${key}`;

export async function putState(
	storage: SecondaryStorage,
	key: string,
	{ state, expiresAt }: StoredState,
): Promise<void> {
	const seconds = Math.ceil((expiresAt.getTime() - Date.now()) / 1000);
	await storage.set(storageKey(key), JSON.stringify({ state, expiresAt }), seconds);
}

const storedState = z.object({ state: z.string(), expiresAt: z.coerce.date() });

/** Takes a state out of the storage, for one caller. */
export async function takeState(
	storage: SecondaryStorage,
	key: string,
): Promise<StoredState | null> {
	const value = await storage.getAndDelete(storageKey(key));
	return storedState.safeParse(parsed(value)).data ?? null;
}

/** Some clients parse what they read by themselves. */
function parsed(value: unknown): unknown {
	if (typeof value !== "string") return value;
	try {
		return JSON.parse(value);
	} catch {
		return null;
	}
}
