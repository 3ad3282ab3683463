import type { BskyAccount } from "./accounts/list.ts";
import type { Actor } from "./identity/actors.ts";
import type { BskyProfile } from "./identity/profile.ts";
import type { ServerDescription } from "./oauth/server-description.ts";
import { atprotoAuth } from "./plugin.ts";
import type { BskySession } from "./routes/session.ts";
import type { SignInBody } from "./routes/sign-in.ts";
import type { UpgradeBody } from "./routes/upgrade.ts";
import type { InactiveReason, SessionState } from "./sessions/state.ts";

// What the type below names. As imports alone it would name the whole package.
export type {
	Actor,
	BskyAccount,
	BskyProfile,
	BskySession,
	InactiveReason,
	ServerDescription,
	SessionState,
	SignInBody,
	UpgradeBody,
};

/** Never called: TypeScript writes out what it would return, without the plugin's options and the SDK. */
const forClients = () => {
	const { id, schema, endpoints, $ERROR_CODES } = atprotoAuth();
	const {
		signInBsky,
		upgradeBsky,
		getBskySession,
		restoreBskySession,
		getBskyAccounts,
		switchBsky,
		disconnectBsky,
		bskyTypeahead,
		bskyServer,
	} = endpoints;
	const callable = {
		signInBsky,
		upgradeBsky,
		getBskySession,
		restoreBskySession,
		getBskyAccounts,
		switchBsky,
		disconnectBsky,
		bskyTypeahead,
		bskyServer,
	};
	return { id, schema, endpoints: callable, $ERROR_CODES };
};

/** The plugin as far as clients call it: what better-auth infers the types of a client from. */
export type BskyServerPlugin = ReturnType<typeof forClients>;
