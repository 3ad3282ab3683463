import {
	type OAuthClient,
	type OAuthServerAgent,
	type Session,
	SessionGetter,
	type TokenSet,
} from "@atproto/oauth-client";
import { UNUSED_STORE } from "./unused-store.ts";

/**
 * The tokens of one session of the SDK's, as they are. Left to itself the SDK refreshes them in the
 * middle of a call, and ends the session where that doesn't help: what a refused token means is for
 * sessions/ to decide, which knows the row that it stands in.
 */
export class GivenTokens extends SessionGetter {
	readonly #session: Session;

	constructor(
		{ runtime, serverFactory }: OAuthClient,
		server: OAuthServerAgent,
		tokenSet: TokenSet,
	) {
		super(UNUSED_STORE, serverFactory, runtime);
		this.#session = { tokenSet, authMethod: server.authMethod, dpopKey: server.dpopKey };
	}

	override async getSession(_did: string, refresh?: boolean | "auto"): Promise<Session> {
		// The SDK then hands on the answer as it came.
		if (refresh === true) throw new Error("These tokens are not refreshed here.");
		return this.#session;
	}

	override async delStored(): Promise<void> {}
}
