import type { SENTENCES } from "../core.ts";

/** Failures that have a sentence: the server's codes, better-auth's, and our own. */
export type LabelledErrorCode =
	| keyof typeof SENTENCES
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

	// The sign-in form
	/** Above the form, where the app has no name. @default "Sign in" */
	title: string;
	/** Above the form. @default "Sign in to {app}" */
	titleFor: string;
	/** Above the accounts used before. @default "Welcome back" */
	welcomeBack: string;
	/** The button that opens the form, and the name of its dialog. @default "Sign in with Bluesky" */
	signIn: string;
	/** The button that needs no handle. @default "Continue with Bluesky" */
	continueWithBluesky: string;
	/** The same, where its server is another one. @default "Continue with {server}" */
	continueWith: string;
	/**
	 * Between the button and the field; it is the field's visible label.
	 * @default "or with any handle"
	 */
	orHandle: string;
	/** Between the field and the button, where the field comes first. @default "or" */
	or: string;
	/** Name of the field; above it, where the field comes first. @default "Bluesky handle" */
	handle: string;
	/** In the empty field. @default "alice.bsky.social" */
	handlePlaceholder: string;
	/**
	 * Under the field, until there is more to say.
	 * @default "Bluesky, your own domain, your own server: every Atmosphere account works."
	 */
	helper: string;
	/**
	 * Under the field, after the name of who is recognised.
	 * @default "you’ll confirm it at your server"
	 */
	confirm: string;
	/** Name of the button that sends the field. @default "Continue" */
	continue: string;
	/** The same for a server's address. @default "Continue at {server}" */
	continueAt: string;
	/** Switches the field to a server's address. @default "Another server" */
	useServer: string;
	/** Switches the field back. @default "Use a handle" */
	useHandle: string;
	/** Name of the field for a server. @default "Address of your server" */
	server: string;
	/** In the empty field for a server. @default "pds.example.com" */
	serverPlaceholder: string;
	/**
	 * Under the field for a server.
	 * @default "The server that holds your account. You’ll sign in there."
	 */
	serverHelper: string;
	/** On what was pressed, while the server is looked up. @default "Finding your account…" */
	submitting: string;
	/** On what was pressed, while the browser leaves. @default "Taking you to {server}…" */
	redirecting: string;
	/** Gives up a sign-in that takes long. @default "Cancel" */
	cancel: string;
	/** Does again what failed. @default "Try again" */
	retry: string;
	/** Of the button that closes the dialog. @default "Close" */
	close: string;
	/** Name of the list under the field. @default "Suggestions" */
	suggestions: string;
	/** Announced with the list. @default { one: "{count} suggestion", other: "{count} suggestions" } */
	results: PluralLabel;
	/** Announced where nobody was found. @default "No suggestions" */
	noResults: string;
	/** Announced when a complete handle is recognised. @default "Signing in as {name}" */
	signingInAs: string;

	// Accounts used on this device
	/** Name of their list. @default "Used on this device" */
	accounts: string;
	/** Beside the latest of them. @default "Last used" */
	lastUsed: string;
	/** Shows the whole form. @default "Use another account" */
	anotherAccount: string;
	/** Begins to remove some of them. @default "Edit list" */
	editAccounts: string;
	/** Ends that. @default "Done" */
	done: string;
	/** Of the button that removes one. @default "Forget {name}" */
	forget: string;
	/** Announced after that. @default "{name} was removed from this device." */
	forgotten: string;

	// Signing up
	/** Before the next. @default "New here?" */
	newHere: string;
	/** Begins a sign-up. @default "Create an account" */
	createAccount: string;
	/** The same, at one of several servers. @default "Create an account at {server}" */
	createAt: string;
	/** Said before the trip. @default "{server} asks for an invite code." */
	inviteCode: string;
	/** A link to those of the server. @default "Terms of service" */
	terms: string;
	/** A link to that of the server. @default "Privacy policy" */
	privacy: string;

	// Connecting an account
	/** The button that connects an account. @default "Connect Bluesky" */
	connect: string;
	/** Above the form, for somebody who is signed in. @default "Connect your Bluesky account" */
	connectTitle: string;
	/** Under that title. @default "You stay signed in as {name}." */
	staySignedIn: string;
	/** The button that renews a connection that has ended. @default "Reconnect" */
	reconnect: string;
	/** Above the form for that; name of the button. @default "Reconnect {name}" */
	reconnectTitle: string;
	/** Under that title. @default "The connection has ended. Nothing here is lost." */
	reconnectHint: string;

	// Who is signed in
	/** Name of the menu where only a face is seen. @default "Your account" */
	menu: string;
	/** Where the server doesn't answer. @default "We couldn’t check who is signed in." */
	unknown: string;
	/** The button that ends the session. @default "Sign out" */
	signOut: string;
	/** The same, meanwhile. @default "Signing out…" */
	signingOut: string;
	/** Above the person's other accounts. @default "Switch account" */
	switchAccount: string;
	/** The button that connects one more. @default "Add another account" */
	addAccount: string;

	// Connected accounts
	/** Name of the list of accounts. @default "Connected accounts" */
	connected: string;
	/** Where no account is connected. @default "No Bluesky account is connected." */
	notConnected: string;
	/** Until the list is known. @default "Loading…" */
	loading: string;
	/** State of an account. @default "Active" */
	active: string;
	/** State of an account whose connection has ended. @default "Ended" */
	ended: string;
	/** Of the account that the app acts as. @default "Current" */
	current: string;
	/** The button that acts as another one. @default "Make current" */
	makeCurrent: string;
	/** Announced after that. @default "{name} is the current account now." */
	madeCurrent: string;
	/** The button that connects one more. @default "Connect another account" */
	connectAnother: string;
	/** The button that disconnects an account. @default "Disconnect" */
	disconnect: string;
	/** Name of that button. @default "Disconnect {name}" */
	disconnectName: string;
	/** Asked before. @default "Disconnect {name}?" */
	disconnectQuestion: string;
	/** What is lost by it. @default "This app will no longer be able to act for this account." */
	disconnectLoss: string;
	/** Answers no. @default "Keep" */
	keep: string;
	/** Announced after that. @default "{name} was disconnected." */
	disconnected: string;

	// One more permission
	/**
	 * Where a scope isn't granted.
	 * @default "The app needs one more permission from you for this."
	 */
	permission: string;
	/** The button that asks for it. @default "Allow" */
	allow: string;
	/** After a refusal. @default "You didn’t allow it, and nothing has changed." */
	notAllowed: string;

	/** A sentence for each error code. */
	errors: ErrorLabels;
}

/** Any of the texts; the others stay. */
export type PartialLabels = Partial<Omit<BskyLabels, "errors">> & {
	errors?: Partial<ErrorLabels> | undefined;
};
