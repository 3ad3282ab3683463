import type { User } from "better-auth";
import { askHandedIn, HandedInError } from "../base/handed-in.ts";
import { isObject } from "../base/is-object.ts";
import type { schema } from "../schema.ts";
import type { BskyProfile } from "./profile.ts";

/** Fields of better-auth's user that a profile may fill. The e-mail address is not among them. */
export type UserFields = { name?: string | undefined; image?: string | null | undefined } & Record<
	string,
	unknown
>;

type Column = keyof typeof schema.user.fields;
type Columns<T> = { [C in Column]: T };

/** A user with the columns of this plugin. */
export type BskyUser = User & Partial<Columns<string | null>>;

/** Which column of the user remembers which part of the profile. */
const PART_OF = {
	bskyDid: "did",
	bskyHandle: "handle",
	bskyDisplayName: "displayName",
	bskyAvatar: "avatar",
	bskyBio: "description",
	bskyBanner: "banner",
} as const satisfies Columns<keyof BskyProfile>;

const entries = Object.entries(PART_OF) as [Column, keyof BskyProfile][];

const columns = <T>(value: (part: keyof BskyProfile) => T): Columns<T> =>
	Object.fromEntries(entries.map(([column, part]) => [column, value(part)])) as Columns<T>;

/** The columns of a new user, or of a user who connects their first DID. */
export const profileColumns = (profile: BskyProfile) => columns((part) => profile[part] ?? null);

/** The columns of this plugin among fields of a user. */
export const ownAmong = (fields: Record<string, unknown>): Record<string, unknown> =>
	Object.fromEntries(Object.entries(fields).filter(([name]) => name in PART_OF));

/** The columns of a user without a DID. */
export const NO_PROFILE = columns(() => null);

/** The profile as the user's own columns remember it. */
export function profileOfUser(user: BskyUser & { bskyDid: string }): BskyProfile {
	const known = entries.map(([column, part]) => [part, user[column] ?? undefined]);
	return { ...Object.fromEntries(known), did: user.bskyDid, handle: user.bskyHandle ?? null };
}

type MapProfile = (profile: BskyProfile) => UserFields | Promise<UserFields>;

/** Most characters that better-auth's column of a name takes on MySQL; a letter may be of several. */
const MAX_NAME = 255;

/** The default of the option `mapProfileToUser`. */
const mapProfile: MapProfile = ({ did, handle, displayName, avatar }) => ({
	name: [...(displayName ?? (handle ? `@${handle}` : did))].slice(0, MAX_NAME).join(""),
	image: avatar ?? null,
});

const NAME = "mapProfileToUser";

/** Longest that it is waited for, in milliseconds: a token is alive meanwhile that is stored nowhere. */
const PATIENCE = 10_000;

export async function mappedFields(profile: BskyProfile, map = mapProfile): Promise<UserFields> {
	// A copy: what is stored as verified is nobody's to write to.
	const mapped: unknown = await askHandedIn(NAME, PATIENCE, () => map({ ...profile }));
	if (!isObject(mapped) || (mapped.name && typeof mapped.name !== "string"))
		throw new HandedInError(`${NAME} gave no fields of a user.`);
	// Identity and e-mail of a user are never a profile's to decide.
	const own = ["id", "email", "emailVerified", ...Object.keys(PART_OF)];
	return Object.fromEntries(Object.entries(mapped).filter(([name]) => !own.includes(name)));
}

/** Lists, dates and objects are made anew by whoever reads them. */
const isSame = (one: unknown, other: unknown): boolean =>
	(one ?? null) === (other ?? null) ||
	(typeof one === "object" && JSON.stringify(one) === JSON.stringify(other));

/**
 * What a sign-in changes on the user. The `bsky*` columns follow the profile. A mapped field
 * follows it only while it still holds what the previous profile mapped to: one that differs was
 * changed in the app.
 */
export async function syncedFields(
	user: BskyUser,
	profile: BskyProfile,
	map: MapProfile = mapProfile,
): Promise<Record<string, unknown>> {
	const changes: Record<string, unknown> = {};
	const current: Record<string, unknown> = { ...user };
	const set = (field: string, value: unknown) => {
		if (!isSame(current[field], value)) changes[field] = value ?? null;
	};
	for (const [column, value] of Object.entries(profileColumns(profile))) set(column, value);
	if (!user.bskyDid) return changes;
	const before = await mappedFields(profileOfUser({ ...user, bskyDid: user.bskyDid }), map);
	const after = await mappedFields(profile, map);
	for (const [field, value] of Object.entries(after)) {
		if (field === "name" && !value) continue;
		if (isSame(current[field], before[field])) set(field, value);
	}
	return changes;
}
