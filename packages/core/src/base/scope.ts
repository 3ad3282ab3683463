/**
 * Scopes in words that an editor completes, https://atproto.com/specs/permission: plain text, made
 * without the SDK, for server and browser.
 */

/** The name of a collection, a method or a permission set: `"xyz.statusphere.status"`. */
export type Nsid = `${string}.${string}.${string}`;

/** A service that methods are called at: the DID it goes by, and which of its services it is. */
export type Audience = `did:${string}:${string}#${string}`;

/** What may be done with the records of a collection. */
export type RepoAction = "create" | "update" | "delete";

/** The AppView of Bluesky, which answers `app.bsky.*`. */
export const BLUESKY_APPVIEW = "did:web:api.bsky.app#bsky_appview" satisfies Audience;

/** What an app asks people for. Each makes one scope; {@link scopes} joins them. */
export const scope = {
	/**
	 * Writing records: `scope.repo("xyz.statusphere.status", ["create"])`. Several collections are one
	 * scope; `"*"` is all there are. `putRecord` takes both `create` and `update`.
	 *
	 * @param actions what may be done with them; all of it where they are left out
	 */
	repo: (
		collections: "*" | Nsid | readonly Nsid[],
		actions: readonly [RepoAction, ...RepoAction[]] = ACTIONS,
	): string => written("repo", "collection", listed(collections), "action", chosen(actions)),

	/** Uploading files of these types: `scope.blob("image/*", "video/mp4")`; `"*\/*"` is any. */
	blob: (...types: readonly [`${string}/${string}`, ...`${string}/${string}`[]]): string =>
		written("blob", "accept", listed(types.map((type) => type.toLowerCase()))),

	/**
	 * Calling methods of a service as the person:
	 * `scope.rpc("app.bsky.actor.getProfile", BLUESKY_APPVIEW)`. Either may be `"*"`, not both.
	 */
	rpc: (
		...[methods, audience]:
			| [methods: Nsid | readonly Nsid[], audience: Audience | "*"]
			| [methods: "*", audience: Audience]
	): string => written("rpc", "lxm", listed(methods), "aud", given(audience)),

	/** The person's e-mail address: to read it, or with `"manage"` to have it confirmed as well. */
	email: (action: "read" | "manage" = "read"): string =>
		written("account", "attr", ["email"], "action", action === "read" ? [] : [action]),

	/** Changing the person's handle, or with `"*"` all that identifies them. */
	identity: (attribute: "handle" | "*"): string => written("identity", "attr", [attribute]),

	/**
	 * What a published permission set has in it: `scope.include("app.bsky.authFullApp",
	 * BLUESKY_APPVIEW)`. Servers grant what is in the set, never the set by its name.
	 *
	 * @param audience where the methods in it may be called, if the set leaves that open
	 */
	include: (set: Nsid, audience?: Audience): string =>
		written("include", "nsid", [set], "aud", given(audience)),
};

/**
 * What `clientMetadata.scope`, `signInScope` and a sign-in take: scopes, each once, with `atproto`,
 * which every sign-in asks for, in front. What it has made may be a part of a larger one.
 *
 * @example
 * scopes(scope.repo("xyz.statusphere.status"), scope.blob("image/*"));
 */
export const scopes = (...wanted: readonly string[]): string =>
	[...new Set(["atproto", ...wanted.flatMap(scopesOf)])].join(" ");

/** The scopes in a text of them. */
export const scopesOf = (text: string): string[] => text.split(" ").filter(Boolean);

const ACTIONS = ["create", "update", "delete"] as const;

/** Servers take no scope for another one that is only written otherwise: there is one way to write each. */
function chosen(actions: readonly RepoAction[]): readonly string[] {
	const own = ACTIONS.filter((action) => actions.includes(action));
	if (own.length === ACTIONS.length) return [];
	// Where none is said all are meant: a list that came out empty is to be refused.
	return own.length === 0 ? [""] : own;
}

/** Without types it may be forgotten, and is then refused at start-up. */
const given = (audience: string | undefined): readonly string[] =>
	audience === undefined ? [] : [audience];

const listed = (values: string | readonly string[]): readonly string[] =>
	typeof values === "string" ? [values] : [...new Set(values)].sort();

/** One value goes behind a colon, several go by their name. */
function written(
	resource: string,
	name: string,
	values: readonly string[],
	second = "",
	secondValues: readonly string[] = [],
): string {
	const [only = ""] = values;
	const isOne = values.length === 1;
	const named = isOne ? [] : values.map((value) => [name, value] as const);
	const parameters = [...named, ...secondValues.map((value) => [second, value] as const)];
	const query = parameters.map(([key, value]) => `${key}=${escaped(value)}`).join("&");
	return `${resource}${isOne ? `:${only}` : ""}${query && `?${query}`}`;
}

/** What has a meaning of its own in a query. */
const escaped = (value: string): string => value.replace(/[#&+%]/g, encodeURIComponent);
