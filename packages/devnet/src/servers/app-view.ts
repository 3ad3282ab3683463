import type { NetworkOptions } from "../options.ts";
import type { Gated } from "./gate.ts";
import type { Place } from "./listen.ts";
import type { Pds } from "./pds.ts";
import type { Service } from "./service.ts";

/**
 * The DID the AppView goes by: the real one's, so a scope written for production
 * (`rpc:app.bsky.actor.getProfile?aud=did:web:api.bsky.app%23bsky_appview`) works here unchanged.
 */
export const APP_VIEW_DID = "did:web:api.bsky.app";

/** What answers `app.bsky.*`, behind the PDSes and on its own. */
export interface AppView extends Service {
	readonly did: string;
	/** Our small stand-in, or the reference implementation, `@atproto/bsky`. */
	readonly kind: "stand-in" | "reference";
	/** Resolves once it knows everything that has been written so far. */
	settled(): Promise<void>;
}

/** Which one is asked for; undefined for none. */
export const appViewKind = (asked: NetworkOptions["appView"]): AppView["kind"] | undefined =>
	asked === "none" || asked === false ? undefined : (asked ?? "stand-in");

/** An AppView as the network itself holds it. */
export interface RunningAppView extends AppView, Gated {
	/** Takes a PDS in that was added later. */
	watch(pds: Pds): void;
	/** Stops for good and removes what it made. */
	close(): Promise<void>;
}

/** What an AppView is started with. */
export interface AppViewConfig {
	/** Not port 0: the PDSes are told before it starts. */
	place: Place;
	plcUrl: string;
	pdses: readonly Pds[];
}
