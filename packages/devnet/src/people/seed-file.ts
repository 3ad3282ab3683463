/** The people that a network starts with, as a file of JSON has them. */
export interface Seed {
	/** The schema, for editors: `./node_modules/@better-auth-bsky/devnet/seed.schema.json`. */
	$schema?: string | undefined;
	accounts: SeedAccount[];
}

/** Somebody in a {@link Seed}. */
export interface SeedAccount {
	/** A whole handle, `dora.test`, or a bare name, which gets the domain of the first PDS. */
	handle: string;
	/** What it signs in with. @default DEFAULT_PASSWORD */
	password?: string | undefined;
	/** Its e-mail address. @default `<handle>@example.com` */
	email?: string | undefined;
	/** Whether the PDS counts the e-mail address as confirmed. @default false */
	emailConfirmed?: boolean | undefined;
	/** The name on its profile. */
	displayName?: string | undefined;
	/** The text of its profile. */
	description?: string | undefined;
	/** Its picture: the path of a PNG or JPEG file, from this file on. */
	avatar?: string | undefined;
	/** The picture at the top of its profile, likewise. */
	banner?: string | undefined;
	/** Texts of posts, the oldest first. */
	posts?: string[] | undefined;
	/** Handles of people here, or DIDs. */
	follows?: string[] | undefined;
	/** Whatever else is in its repository. */
	records?: SeedRecord[] | undefined;
}

/** A record of somebody in a {@link Seed}. */
export interface SeedRecord {
	/** The NSID of its collection. */
	collection: string;
	/** Its key, such as `self`. @default the next TID */
	rkey?: string | undefined;
	/** The record. `$type` is the collection unless it says otherwise. */
	value: { [field: string]: unknown };
}
