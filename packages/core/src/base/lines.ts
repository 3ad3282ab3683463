/**
 * What the log says beside what `checks.ts` finds, by the name of its event: its place on the page of
 * errors. The docstring is what that page says more.
 */
export const LINES = {
	// Signing in
	/** Return `true`, `false`, or the sentence that the person is to read. */
	hook_answer_unknown: "allowSignIn gave neither true nor false nor a text: nobody gets in.",
	/** The cause follows. The rows are in nobody's way; the next sign-in tries again. */
	states_not_removed: "Expired sign-in states could not be removed.",
	/** The database refused a second time, for what the line says: look at the rows of that user. */
	write_not_undone: "A write could not be taken back.",
	/** A hook in `databaseHooks` that runs after a write. What was written stays: mend the hook. */
	hook_after_write_threw: "A database hook after a write threw; nothing is undone.",
	/** The user keeps the address they had. The next sign-in tries again. */
	email_not_looked_up: "An e-mail address could not be looked up.",
	/** A hook in `databaseHooks`, or the database. The sign-in goes on with what the user had before. */
	user_not_updated: "A user could not be brought up to date.",
	/** The sign-in goes on. `account.scope` says the scopes of the one before. */
	scopes_not_updated: "The scopes of an account could not be brought up to date.",
	/** `user.update.before` gave false or threw. The columns are written past it, as the DID has moved on. */
	columns_refused: "A hook refused to let a user's columns be updated.",
	/** Two users' columns have one handle for now; the DID says who is who. */
	handle_not_withdrawn: "A handle could not be taken from who had it before.",
	/** The account is connected; the session acts as the one before. */
	account_not_current: "A session could not be made to act as the account connected in it.",
	/** The account is disconnected. A session that named it acts as the primary account. */
	account_not_left: "An account could not be taken out of the sessions that act as it.",
	/** Rows of before this table existed. It begins again with a later sign-in. */
	accounts_not_entered: "Earlier accounts could not all be entered; it goes on later.",
	/** The list shows what was known of it before. */
	account_look_unknown: "How an account looks could not be asked for.",

	// Suggestions, servers and what they fetch
	/** The field works without. What follows says whether the AppView or the network is to blame. */
	suggestions_failed: "Suggestions could not be had.",
	/** The form shows no "Create account" for that server, or says that it can't be reached. */
	server_not_described: "A server could not be described.",
	/** Servers refuse to sign anybody in until it answers: what follows says which option. */
	client_metadata_missing: "There is no client metadata here.",

	// Stored sessions
	/** The refresh itself went well, and its tokens are stored. Mend the lock that you handed in. */
	lock_failed: "requestLock failed after a refresh.",
	/** The row is in nobody's way: it is removed with its user. */
	session_not_removed: "A session that nobody has could not be removed.",
	/** They are signed out; their sessions at servers live on until they end by themselves. */
	sessions_not_read: "Whose sessions end could not be read.",
	/** They are signed out; their session at the server lives on until it ends by itself. */
	session_not_ended: "A session that is over could not be ended.",

	// Revocations
	/** It is tried again for 17 hours. The person isn't kept waiting. */
	revocation_failed: "A session could not be revoked at its server; it is tried again.",
	/** The database refused to store it. If that one try fails, the session lives on at its server. */
	revocation_not_stored: "A revocation could not be stored; it is tried once.",
	/** That one try failed: the session lives on at its server until it ends by itself. */
	revocation_lost: "A session could not be revoked.",
	/** The database. The next round reads it again. */
	revocations_not_read: "The queue of revocations could not be read.",
	/** The database. What was revoked is revoked once more, which does no harm. */
	revocations_not_kept: "The queue of revocations could not be kept.",

	// What the app hands in, and calls
	/** Look at what it threw, which follows. Nothing changes for the person. */
	event_handler_failed: "events.… failed.",
	/** Frameworks' own can often be called in a request only. The work goes on all the same. */
	background_handler_threw: "advanced.backgroundTasks.handler threw.",
	/** The call is refused. Look at what it threw, which follows. */
	call_rule_threw: "xrpc.allow threw, so a call is not made.",
	/** Nobody foresaw it: the page gets `INTERNAL_SERVER_ERROR`, and the cause follows. */
	call_failed: "A call for a browser could not be made.",
} as const;

/**
 * What the page says of the lines that differ from one time to the next, at each `…` or altogether. No
 * bundle holds it.
 */
export const OTHER_LINES = {
	/** The app doesn't start. An older one would, and fail at the first sign-in. */
	node_too_old: "This is Node …. Signing in with Bluesky needs Node 22.15 or newer.",
	/** The line names the code, or the one that a hook of yours refused with; the codes are above. */
	sign_in_failed: "A sign-in could not begin. A sign-in could not be completed.",
	/** Look at what it threw, which follows. Nobody is let in meanwhile. */
	hook_threw: "… threw",
	/**
	 * A process that dies at that moment leaves a user without an account, say; the person's next sign-in
	 * mends it. The line says what to write where your database can do transactions.
	 */
	transactions_missing: "The … has no transactions: …",
	/** A limit of ours for all people together. Name an AppView of your own in `typeahead.service`. */
	suggestions_pause: "Suggestions pause: the AppView was asked … times in a minute.",
	/** Nothing to do: the person signs in again. `onSessionLost` tells your app. */
	session_lost:
		"A session has ended at its server: the person has to sign in again. Or: A session is over, since the account is at another server.",
	/** It is tried again when it is asked for. The cause follows, with the server's name. */
	session_unusable: "A session can't be used for now; it stays stored.",
	/** Put the key back into the list in `privateKey`; `getBskyHealth()` says how many need it. */
	key_missing: "A session can't be used for now; it needs the key with the ID …",
	/** Give the earlier secret back, or list it in better-auth's `secrets`. */
	wrong_secret:
		"A stored … can't be opened: better-auth's secret was changed, or is another one on this instance.",
	/** The session lives on at its server until it ends by itself. `onRevocationGivenUp` tells your app. */
	revocation_given_up: "A session could not be revoked, and is left.",
	/** One of their servers is down for long. There is nothing to do. */
	revocations_waiting: "Revocations that wait for their servers: …",
} as const;

/** A line that is always the same. */
export type FixedLine = keyof typeof LINES;

/** Stable, so that lines are found and counted by it. */
export type LineName = FixedLine | keyof typeof OTHER_LINES;
