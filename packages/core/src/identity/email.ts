import * as z from "zod";
import { hasScope } from "../base/has-scope.ts";
import { getJson, type Reader } from "./reader.ts";

/** What a person's server says of their e-mail address. It proves nothing: anybody can run a server. */
export interface SaidEmail {
	/** In lower case, as better-auth keeps it. */
	address: string;
	/** Whether the server says that it has been confirmed. */
	isConfirmed: boolean;
}

/** Longest that an address can be, in characters: RFC 5321 §4.5.3.1.3, without its brackets. */
const MAX_ADDRESS = 254;

/**
 * Below `.invalid` nobody has an address (RFC 2606 §2): placeholders are made of it. Not by `z.email()`,
 * which zod 3 lacks: Nitro may put that in 4's place where it bundles core.
 */
const address = z
	.string()
	.max(MAX_ADDRESS)
	.email()
	.toLowerCase()
	.refine((text) => !text.endsWith(".invalid"));

/** Whether scopes allow an app to read the address. */
export const mayReadEmail = (scope: string): boolean => hasScope(scope, "account:email");

/**
 * Asks a person's server for their e-mail address.
 *
 * @returns null where there is no answer that says one
 */
export async function fetchEmail(reader: Reader): Promise<SaidEmail | null> {
	const body = await getJson(reader, "/xrpc/com.atproto.server.getSession");
	if (body === null || body === "refused" || body.did !== reader.did) return null;
	const said = address.safeParse(body.email);
	return said.success ? { address: said.data, isConfirmed: body.emailConfirmed === true } : null;
}

/** Who signs somebody in, and where their data is. */
interface Servers {
	iss: string;
	aud: string;
}

/** Where Bluesky's own PDSes are. Its authorization server doesn't list them. */
const BLUESKY = { issuer: "https://bsky.social", hosts: ".host.bsky.network" };

/**
 * Whether a PDS says what an issuer would say. Any PDS can name any issuer, and whoever has an account
 * there can move its DID to a PDS of their own: only one that the issuer itself lists
 * (`protected_resources`, RFC 9728 §4), or is, speaks for it.
 */
export function speaksFor({ iss, aud }: Servers, resources: readonly string[] = []): boolean {
	const pds = new URL(aud);
	if (iss === BLUESKY.issuer && pds.protocol === "https:" && pds.hostname.endsWith(BLUESKY.hosts)) {
		return pds.port === "";
	}
	return [iss, ...resources].some((each) => URL.parse(each)?.origin === pds.origin);
}
