import { tryGetCurrentAuthEndpointContext } from "@better-auth/core/context";
import type { AuthContext, BetterAuthOptions, BetterAuthPlugin } from "better-auth";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { isObject } from "../base/is-object.ts";
import { isOwnCallback } from "../base/own-callback.ts";
import { PROVIDER_ID } from "../base/paths.ts";
import { BskyOptionError } from "../errors.ts";
import type { InternalAdapter } from "./internal-adapter.ts";
import { isOwnRow } from "./own-row.ts";

/**
 * The provider id of our account rows is ours alone, and so is each of `legacy.providerIds`, whose rows
 * count as ours. Whoever else speaks in its name says who a person
 * is, and better-auth keeps no list of the ids of plugins: single sign-on, for one, lets every signed-in
 * user name a provider of their own.
 */

/** Whether a provider's id is one of ours. */
export type IsOurId = (id: unknown) => id is string;

type Provider = AuthContext["socialProviders"][number];

/** Tells whether a database may take a provider's id for ours, or for one of an older plugin. */
export function ourIds(legacyIds: readonly string[]): IsOurId {
	const ids = new Set([PROVIDER_ID, ...legacyIds].map(folded));
	return (id): id is string => typeof id === "string" && ids.has(folded(id));
}

/** Collations know no case, no accents, no width and no space at the end, and skip what can't be seen. */
const folded = (id: string): string =>
	id
		.normalize("NFKD")
		.replace(/[\p{M}\p{C}\p{Z}]/gu, "")
		.toLowerCase();

const refused = (status: "FORBIDDEN" | "UNPROCESSABLE_ENTITY" = "FORBIDDEN") =>
	new APIError(status, {
		code: "PROVIDER_RESERVED",
		message: "This provider signs people in with Bluesky; nothing else speaks for it.",
	});

/** The first id in options or a request that is taken for ours. */
function findOurId(value: unknown, isOurId: IsOurId, depth = 3): string | undefined {
	if (depth < 0 || !isPlain(value)) return undefined;
	const providerId: unknown = Reflect.get(value, "providerId");
	if (isOurId(providerId)) return providerId;
	for (const each of Object.values(value)) {
		const found = findOurId(each, isOurId, depth - 1);
		if (found !== undefined) return found;
	}
	return undefined;
}

/** A list or an object of options: a database or a client among them is nobody's to look into. */
const isPlain = (value: unknown): value is object =>
	Array.isArray(value) || (isObject(value) && Object.getPrototypeOf(value) === Object.prototype);

/**
 * Checks that nothing else in the app has our id.
 *
 * @throws {BskyOptionError} naming the plugin, or the provider
 */
export function checkOthers(
	{ options }: AuthContext,
	legacyIds: readonly string[],
	isOurId: IsOurId,
): void {
	const plugins = options.plugins ?? [];
	const older = plugins.find(({ id }) => id !== PROVIDER_ID && legacyIds.includes(id));
	if (older) {
		throw new BskyOptionError(
			"legacy.providerIds",
			`the plugin "${older.id}" is still there. Take it out: whoever comes by it would not be found here.`,
		);
	}
	if (plugins.filter(({ id }) => id === PROVIDER_ID).length > 1) {
		throw new BskyOptionError("id", `there are two plugins with the id "${PROVIDER_ID}".`);
	}
	for (const plugin of plugins) {
		const id = plugin.id === PROVIDER_ID ? undefined : findOurId(plugin.options, isOurId);
		if (id !== undefined) throw conflict(`a provider of the plugin "${plugin.id}"`, id);
	}
}

/** @throws {BskyOptionError} where a provider of another plugin has our id */
export function checkProviders(
	{ socialProviders }: AuthContext,
	places: readonly Provider[],
	isOurId: IsOurId,
): void {
	const other = socialProviders.find(
		(provider) => !places.includes(provider) && isOurId(provider.id),
	);
	if (other) throw conflict(`the provider "${other.name}"`, other.id);
}

const conflict = (who: string, id: string) =>
	new BskyOptionError(
		"id",
		`${who} is called ${JSON.stringify(id)}, which is an id of Bluesky's accounts. Give it another.`,
	);

/**
 * What stands in better-auth's list of providers, for plugins that look there which ids are taken.
 * Who looks one up by its id finds none: better-auth calls an entry that is a function, and this one
 * gives a provider without an id. It makes no address trusted: that is another list.
 */
export const placesOf = (legacyIds: readonly string[]): Provider[] =>
	[PROVIDER_ID, ...legacyIds].map((id) => Object.assign(() => ({}), { id }) as unknown as Provider);

/** Account rows of ours are written by a sign-in, and by the app's own import, alone. */
export const guardAccountRows = (isOurId: IsOurId) => {
	const refuseOthers = async (row: { providerId?: unknown }) => {
		if (isOurId(row.providerId) && !isOwnRow(row)) throw refused();
	};
	return {
		create: { before: refuseOthers },
		update: { before: refuseOthers },
	} satisfies NonNullable<BetterAuthOptions["databaseHooks"]>["account"];
};

/**
 * Nobody else is told whose account of ours one is, to sign them in. `findAccountByKey` and its like,
 * which only look, go on.
 */
export const guardOwners = (adapter: InternalAdapter, isOurId: IsOurId): InternalAdapter => ({
	...adapter,
	findAccountOwnerByKey: async (key) => {
		const ctx = tryGetCurrentAuthEndpointContext();
		if (ctx?.path !== undefined && !isOwnCallback(ctx) && isOurId(key.providerId)) throw refused();
		return adapter.findAccountOwnerByKey(key);
	},
});

/** Endpoints at which people name providers, of any plugin: `/sso/register`, `/sign-in/sso`, … */
const NAMING = /[/-](sso|scim|saml2?|oidc|idps?|providers?)(?![a-z])/;

type BeforeHook = NonNullable<NonNullable<BetterAuthPlugin["hooks"]>["before"]>[number];

/** Refuses our ids where people name providers. */
export const guardEndpoints = (isOurId: IsOurId): BeforeHook => ({
	matcher: ({ path, body, query, params }) =>
		NAMING.test(path ?? "") &&
		[body, query, params].some((part) => findOurId(part, isOurId) !== undefined),
	handler: createAuthMiddleware(async () => {
		throw refused("UNPROCESSABLE_ENTITY");
	}),
});

/** better-auth's `admin` plugin writes any column of a user. A DID is proven by its owner alone. */
export const guardDids: BeforeHook = {
	matcher: ({ path, body }) =>
		path?.startsWith("/admin/") === true &&
		isObject(body) &&
		isObject(body.data) &&
		"bskyDid" in body.data,
	handler: createAuthMiddleware(async () => {
		throw refused();
	}),
};
