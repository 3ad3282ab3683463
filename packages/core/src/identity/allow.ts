import { isDid } from "../base/did.ts";
import { serverOrigin } from "../base/option-value.ts";
import { BskyOptionError } from "../errors.ts";
import { parseIdentifier } from "./identifier.ts";
import type { BskyProfile } from "./profile.ts";

/** Somebody who has proven who they are, and wants to sign in. */
export interface SignInCandidate {
	did: string;
	/** Verified: DID and handle point at each other. Null where they don't, or nobody could tell. */
	handle: string | null;
	/** The origin of the server that has their data: `"https://morel.us-east.host.bsky.network"`. */
	pds: string;
	/** The origin of the server that signs them in: `"https://bsky.social"`. Often the same. */
	issuer: string;
	/** Null where it could not be fetched. All in it is what they say of themselves. */
	profile: BskyProfile | null;
	/** Whether they would become a new user; false where they connect an account to theirs. */
	isNewUser: boolean;
}

/** Whether somebody may sign in; a text is a no, and what the person is told. */
export type AllowSignIn = (who: SignInCandidate) => boolean | string | Promise<boolean | string>;

const OPTION = "allowSignIn";

/** What a handle can be made of before it is read; more is a link, a list or an e-mail address. */
const NAME = /^[^\s/:@?#*,;]+\.[^\s/:@?#*,;]+$/;

/**
 * For `allowSignIn`: people with one of these handles, or one below a domain. `*.example.com` stands for
 * `alice.example.com` and `alice.team.example.com`, not for `example.com` itself. Capitals don't matter,
 * and other letters than English ones are written as people see them. A handle counts only while it is
 * verified: whoever's can't be looked up just then is refused, too. It may pass on to somebody else:
 * {@link allowDids} is for single people.
 *
 * @throws {BskyOptionError} at once, where one is no handle
 * @example
 * atprotoAuth({ allowSignIn: allowHandles("*.example.com", "alice.bsky.social") });
 */
export function allowHandles(...handles: readonly string[]) {
	const allowed = read(
		"allowHandles",
		"a handle like alice.bsky.social, or *.example.com",
		handles,
		readHandle,
	);
	return ({ handle }: Pick<SignInCandidate, "handle">): boolean => {
		const own = handle?.toLowerCase();
		return own !== undefined && allowed.some((each) => each(own));
	};
}

function readHandle(text: string): ((handle: string) => boolean) | null {
	const isDomain = text.startsWith("*.");
	// What a domain may be is what may follow a name.
	const name = isDomain ? `x${text.slice(1)}` : text.replace(/^@/, "");
	const known = NAME.test(name) ? parseIdentifier(name) : null;
	if (typeof known !== "object" || known?.type !== "handle") return null;
	const { value } = known;
	return isDomain ? (handle) => handle.endsWith(value.slice(1)) : (handle) => handle === value;
}

/**
 * For `allowSignIn`: these people, whatever their handles are by now.
 *
 * @throws {BskyOptionError} at once, where one is no DID
 */
export function allowDids(...dids: readonly string[]) {
	const allowed = new Set<string>(
		read("allowDids", "a DID like did:plc:ewvi7nxzyoun6zhxrhs64oiz", dids, (text) =>
			isDid(text) ? text : null,
		),
	);
	return ({ did }: Pick<SignInCandidate, "did">): boolean => allowed.has(did);
}

/**
 * For `allowSignIn`: people whose data is on one of these servers, or whom one of these signs in.
 * `https://bsky.social` is everybody who signs in there, on whichever of its servers they are.
 *
 * @throws {BskyOptionError} at once, where one is no https origin; on localhost, http will do
 */
export function allowServers(...servers: readonly (string | URL)[]) {
	const allowed = new Set(
		read("allowServers", "an https origin like https://pds.example.com", servers, serverOrigin),
	);
	return ({ pds, issuer }: Pick<SignInCandidate, "pds" | "issuer">): boolean =>
		[pds, issuer].some((url) => allowed.has(URL.parse(url)?.origin ?? ""));
}

/** What a rule was given, each read; what is wrong is said when the rule is made. */
function read<T>(
	rule: string,
	expected: string,
	given: readonly unknown[],
	reader: (text: string) => T | null,
): T[] {
	if (given.length === 0) {
		throw new BskyOptionError(OPTION, `${rule}() is given nobody, so nobody could sign in.`);
	}
	return given.map((each) => {
		const text = each instanceof URL ? each.href : each;
		const one = typeof text === "string" ? reader(text.trim()) : null;
		if (one !== null) return one;
		const shown = typeof text === "string" ? JSON.stringify(text.slice(0, 100)) : typeof text;
		throw new BskyOptionError(OPTION, `${rule}(): ${shown} is not ${expected}.`);
	});
}
