import { isObject } from "../base/is-object.ts";
import type { BskyOAuthClient } from "./client.ts";
import { serverError } from "./errors.ts";
import { UNUSED_STORES } from "./unused-store.ts";
import { requireUsable } from "./usable-server.ts";

/** What a server says to somebody who may want an account there. */
export interface ServerDescription {
	/** Its origin: what `signIn.bsky({ handle })` takes. */
	url: string;
	/** Whether `signIn.bsky({ handle: url, prompt: "create" })` leads to a page to sign up. */
	signUp: boolean;
	/** Whether it then asks for an invite code. */
	inviteCodeRequired: boolean;
	/** What new handles end in: `[".bsky.social"]`. At most twenty. */
	userDomains: string[];
	/** A web page. */
	termsOfService?: string;
	/** A web page. */
	privacyPolicy?: string;
}

const MAX_DOMAINS = 20;
/** https://atproto.com/specs/handle#handle-identifier-syntax, with the dot before it. */
const DOMAIN = /^(?=.{2,253}$)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;
const MAX_LINK = 2048;

/**
 * Asks a server, by its metadata and `com.atproto.server.describeServer`, what a person who has no
 * account should know of it. It says what it likes, so each value is checked.
 *
 * @throws {BskyError} SERVER_UNREACHABLE or SERVER_UNSUPPORTED
 */
export async function describeServer(
	oauth: BskyOAuthClient,
	url: string,
): Promise<ServerDescription> {
	const { issuer, prompt_values_supported: prompts = [] } = await requireUsable(
		oauth.forFlow(UNUSED_STORES),
		{ value: url },
	).catch((error: unknown) => {
		throw serverError(error);
	});
	// People sign up where they sign in, which for a PDS may be another server.
	const said = (await ask(oauth, issuer)) ?? (await ask(oauth, url)) ?? {};
	const links = isObject(said.links) ? said.links : {};
	const userDomains = domainsOf(said.availableUserDomains);
	const termsOfService = linkOf(links.termsOfService);
	const privacyPolicy = linkOf(links.privacyPolicy);
	return {
		url,
		// Without a domain for handles the page has no form to sign up.
		signUp: prompts.includes("create") && userDomains.length > 0,
		inviteCodeRequired: said.inviteCodeRequired === true,
		userDomains,
		...(termsOfService && { termsOfService }),
		...(privacyPolicy && { privacyPolicy }),
	};
}

async function ask(
	{ fetch }: BskyOAuthClient,
	server: string,
): Promise<Record<string, unknown> | null> {
	try {
		const response = await fetch(new URL("/xrpc/com.atproto.server.describeServer", server));
		const said: unknown = response.ok ? await response.json() : null;
		return isObject(said) ? said : null;
	} catch {
		return null;
	}
}

const domainsOf = (domains: unknown): string[] =>
	(Array.isArray(domains) ? domains.slice(0, MAX_DOMAINS) : []).filter(
		(domain): domain is string => typeof domain === "string" && DOMAIN.test(domain),
	);

/** A page that a browser may be sent to. */
function linkOf(link: unknown): string | undefined {
	if (typeof link !== "string" || link.length > MAX_LINK) return undefined;
	const url = URL.parse(link);
	return url?.protocol === "https:" && !url.username && !url.password ? url.href : undefined;
}
