import type { BskyErrorCode } from "@better-auth-bsky/core";

/** Failures that have a sentence: the server's codes, better-auth's, and our own. */
export type LabelledErrorCode =
	| BskyErrorCode
	| "SERVER_INVALID"
	| "FAILED_TO_UNLINK_LAST_ACCOUNT"
	| "ACCOUNT_NOT_FOUND"
	| "SESSION_NOT_FRESH"
	| "UNAUTHORIZED"
	| "TOO_MANY_REQUESTS"
	| "NETWORK_ERROR"
	| "UNKNOWN";

/**
 * A sentence for each code. Codes of your own may be added: what a hook of your app throws as
 * `new APIError("FORBIDDEN", { code: "NOT_INVITED" })` is shown as `errors.NOT_INVITED`.
 */
export type ErrorLabels = Record<LabelledErrorCode, string> & { [code: string]: string };

/** A text by plural category: https://cldr.unicode.org/index/cldr-spec/plural-rules */
export type PluralLabel = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

/** Every text that is shown or announced. Plain strings, so they pass from server to client. */
export interface BskyLabels {
	/** Language of these texts, as in `<html lang>`. @default "en" */
	locale: string;
	/** The button that sends the form. @default "Sign in with Bluesky" */
	signIn: string;
	/** Above the field. @default "Bluesky handle" */
	handle: string;
	/** In the empty field. @default "alice.bsky.social" */
	handlePlaceholder: string;
	/** The button that needs no handle. @default "Continue with Bluesky" */
	continueWithBluesky: string;
	/** Between the two ways in. @default "or" */
	or: string;
	/** Switches the field to a server's address. @default "Use another server" */
	useServer: string;
	/** Switches the field back. @default "Use a handle" */
	useHandle: string;
	/** Above the field for a server. @default "Address of your server" */
	server: string;
	/** In the empty field for a server. @default "pds.example.com" */
	serverPlaceholder: string;
	/** While the server is looked up. @default "Finding your account…" */
	submitting: string;
	/** While the browser leaves. @default "Taking you to your server…" */
	redirecting: string;
	/** Name of the list under the field. @default "Suggestions" */
	suggestions: string;
	/** Announced with the list. @default { one: "{count} suggestion", other: "{count} suggestions" } */
	results: PluralLabel;
	/** Announced when a complete handle is recognised. @default "Signing in as {name}" */
	signingInAs: string;
	/** Above the accounts used before. @default "Used on this device" */
	accounts: string;
	/** Of the button beside one of them. @default "Forget {name}" */
	forget: string;
	/** Of the button that closes the dialog. @default "Close" */
	close: string;
	/** The button that ends the session. @default "Sign out" */
	signOut: string;
	/** The button that connects an account. @default "Connect Bluesky" */
	connect: string;
	/** Name of the button that disconnects one. @default "Disconnect {name}" */
	disconnect: string;
	/** Name of the list of accounts. @default "Connected accounts" */
	connected: string;
	/** Where no account is connected. @default "No Bluesky account is connected." */
	notConnected: string;
	/** Until the list is known. @default "Loading…" */
	loading: string;
	/** A sentence for each error code. */
	errors: ErrorLabels;
}

/** Any of the texts; the others stay. */
export type PartialLabels = Partial<Omit<BskyLabels, "errors">> & {
	errors?: Partial<ErrorLabels> | undefined;
};
