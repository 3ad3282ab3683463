import type { GenericEndpointContext } from "better-auth";
import { isLoopbackUrl } from "../base/loopback.ts";
import { urlOf } from "../base/paths.ts";
import { seal, unseal } from "../base/seal.ts";
import type { Bsky } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import { RESPONSE_PARAMETERS } from "../oauth/response.ts";
import { pageOrigin } from "./return-to.ts";

/** Marks a callback that was sent on to where it began, so that it is never sent on twice. */
const BOUNCED = "bsky_bounced";

/** Between the random part of a state and where it began. */
const SEPARATOR = ".";

const binding = (nonce: string) => ({ purpose: "bsky-origin", id: nonce }) as const;

/** The base URL as the browser has it: on localhost a page may be open by another of its names. */
export function openedAt(ctx: GenericEndpointContext, { baseURL }: Bsky): URL {
	const page = pageOrigin(ctx);
	const isHere = page && page.host === ctx.headers?.get("host");
	return isHere && isSameMachine(page, baseURL) ? new URL(baseURL.pathname, page) : baseURL;
}

const isSameMachine = (one: URL, other: URL) =>
	isLoopbackUrl(one) && isLoopbackUrl(other) && one.port === other.port;

/**
 * A browser that comes back elsewhere, such as on `127.0.0.1`, has none of the cookies there that it
 * was given where it began. Its state then says where that was, sealed: whoever else wrote one would
 * send people where they like.
 *
 * @returns what makes such a state; undefined where the browser comes back to where it began
 */
export function markOrigin(
	{ context }: Bsky,
	begunAt: URL,
	redirectUri: string,
): ((nonce: string) => Promise<string>) | undefined {
	if (new URL(redirectUri).origin === begunAt.origin) return undefined;
	return async (nonce) =>
		nonce + SEPARATOR + (await seal(context.secretConfig, binding(nonce), begunAt.href));
}

/**
 * Where a callback has to be sent on to, or null where nobody knows of another place.
 *
 * @throws {BskyError} CLIENT_MISCONFIGURED where it began at a host that this app doesn't trust
 */
export async function bounce(
	bsky: Bsky,
	requestHost: string | null,
	query: Readonly<Record<string, unknown>>,
): Promise<URL | null> {
	const { state } = query;
	if (BOUNCED in query || typeof state !== "string") return null;
	const begunAt = await originOf(bsky, state);
	if (!begunAt || begunAt.host === requestHost) return null;
	const isTrusted = mayGo(bsky, begunAt);
	bsky.notice("return", { begunAt: begunAt.origin, isTrusted });
	if (!isTrusted) throw new BskyError("CLIENT_MISCONFIGURED");
	const target = urlOf(begunAt, "callback");
	for (const name of RESPONSE_PARAMETERS) {
		const value = query[name];
		if (typeof value === "string") target.searchParams.set(name, value);
	}
	target.searchParams.set(BOUNCED, "1");
	return target;
}

async function originOf({ context }: Bsky, state: string): Promise<URL | null> {
	const [nonce = "", sealed] = state.split(SEPARATOR, 2);
	const href = sealed && (await unseal(context.secretConfig, binding(nonce), sealed));
	return typeof href === "string" ? URL.parse(href) : null;
}

/**
 * On localhost another name of the same server; elsewhere where the app itself trusts the origin: a
 * host that it has told to go isn't led to by what was sealed before.
 */
function mayGo(bsky: Bsky, begunAt: URL): boolean {
	const { baseURL, context } = bsky;
	if (isLoopbackUrl(begunAt)) return isSameMachine(begunAt, baseURL);
	return begunAt.protocol === "https:" && context.isTrustedOrigin(begunAt.origin);
}
