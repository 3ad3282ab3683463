import { tryGetCurrentAuthEndpointContext } from "@better-auth/core/context";
import type { AuthContext, BetterAuthOptions, BetterAuthPlugin } from "better-auth";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { isObject } from "../base/is-object.ts";
import { PATHS, PROVIDER_ID } from "../base/paths.ts";
import { BskyOptionError } from "../errors.ts";
import type { InternalAdapter } from "./internal-adapter.ts";

/**
 * The provider id of our account rows is ours alone. Whoever else speaks in its name says who a person
 * is, and better-auth keeps no list of the ids of plugins: single sign-on, for one, lets every signed-in
 * user name a provider of their own.
 */

/**
 * Whether a database may take a provider's id for ours. Collations know no case, no accents, no width
 * and no space at the end, and skip what can't be seen.
 */
const isOurId = (id: unknown): id is string =>
	typeof id === "string" &&
	id
		.normalize("NFKD")
		.replace(/[\p{M}\p{C}\p{Z}]/gu, "")
		.toLowerCase() === PROVIDER_ID;

const refused = () =>
	new APIError("FORBIDDEN", {
		code: "PROVIDER_RESERVED",
		message: `The provider "${PROVIDER_ID}" signs people in with Bluesky; nothing else speaks for it.`,
	});

/** The first id in options or a request that is taken for ours. */
function findOurId(value: unknown, depth = 3): string | undefined {
	if (depth < 0 || !isPlain(value)) return undefined;
	const providerId: unknown = Reflect.get(value, "providerId");
	if (isOurId(providerId)) return providerId;
	for (const each of Object.values(value)) {
		const found = findOurId(each, depth - 1);
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
export function checkOthers({ options }: AuthContext): void {
	const plugins = options.plugins ?? [];
	if (plugins.filter(({ id }) => id === PROVIDER_ID).length > 1) {
		throw new BskyOptionError("id", `there are two plugins with the id "${PROVIDER_ID}".`);
	}
	for (const plugin of plugins) {
		const id = plugin.id === PROVIDER_ID ? undefined : findOurId(plugin.options);
		if (id !== undefined) throw conflict(`a provider of the plugin "${plugin.id}"`, id);
	}
}

/** @throws {BskyOptionError} where a provider of another plugin has our id */
export function checkProviders({ socialProviders }: AuthContext): void {
	const other = socialProviders.find((provider) => provider !== PLACE && isOurId(provider.id));
	if (other) throw conflict(`the provider "${other.name}"`, other.id);
}

const conflict = (who: string, id: string) =>
	new BskyOptionError(
		"id",
		`${who} is called ${JSON.stringify(id)}, which is the id of Bluesky's accounts. Give it another.`,
	);

/**
 * What stands in better-auth's list of providers, for plugins that look there which ids are taken.
 * Who looks one up by its id finds none: better-auth calls an entry that is a function, and this one
 * gives a provider without an id. It makes no address trusted: that is another list.
 */
const PLACE = Object.assign(() => ({}), {
	id: PROVIDER_ID,
}) as unknown as AuthContext["socialProviders"][number];

export const withOurPlace = ({ socialProviders }: AuthContext): AuthContext["socialProviders"] => [
	...socialProviders,
	PLACE,
];

/** The only endpoint that writes account rows of ours, and asks whose one is. */
const isOurs = (path: string | undefined) => path === PATHS.callback;

/** Account rows of ours are written by a sign-in alone. */
export const accountRows = {
	create: { before: async (account, ctx) => refuseOthers(account, ctx?.path) },
	update: { before: async (account, ctx) => refuseOthers(account, ctx?.path) },
} satisfies NonNullable<BetterAuthOptions["databaseHooks"]>["account"];

function refuseOthers({ providerId }: { providerId?: unknown }, path: string | undefined): void {
	if (isOurId(providerId) && !isOurs(path)) throw refused();
}

/**
 * Nobody else is told whose account of ours one is, to sign them in. `findAccountByKey` and its like,
 * which only look, go on.
 */
export const guardOwners = (adapter: InternalAdapter): InternalAdapter => ({
	...adapter,
	findAccountOwnerByKey: async (key) => {
		const path = tryGetCurrentAuthEndpointContext()?.path;
		if (path !== undefined && !isOurs(path) && isOurId(key.providerId)) throw refused();
		return adapter.findAccountOwnerByKey(key);
	},
});

/** Endpoints at which people name providers, of any plugin: `/sso/register`, `/sign-in/sso`, … */
const NAMING = /[/-](sso|scim|saml2?|oidc|idps?|providers?)(?![a-z])/;

type BeforeHook = NonNullable<NonNullable<BetterAuthPlugin["hooks"]>["before"]>[number];

/** Refuses our id where people name providers. */
export const guardEndpoints: BeforeHook = {
	matcher: ({ path, body, query, params }) =>
		NAMING.test(path ?? "") && [body, query, params].some((part) => findOurId(part) !== undefined),
	handler: createAuthMiddleware(async () => {
		throw new APIError("UNPROCESSABLE_ENTITY", {
			code: "PROVIDER_RESERVED",
			message: "This providerId is reserved for Bluesky.",
		});
	}),
};

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
