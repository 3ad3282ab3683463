import {
	type AtprotoDid,
	type DidDocument,
	type HandleResolver,
	isAtprotoDid,
} from "@atproto/oauth-client";
import {
	AtprotoIdentityResolver,
	type IdentityInfo,
	type ResolveIdentityOptions,
} from "@atproto-labs/identity-resolver";
import { MAX_DID } from "../base/did.ts";
import { ExpiringMap } from "../base/expiring-map.ts";
import { askHandedIn, HandedInError } from "../base/handed-in.ts";
import type { DnsOverHttps } from "../base/text-records.ts";
import { unlessAborted, within } from "../base/within.ts";
import { didResolver } from "./did-resolver.ts";
import { dnsAndWeb, HANDLE_TIMEOUT } from "./handle-resolver.ts";
import { handleService } from "./handle-service.ts";
import { remember } from "./remember.ts";

/** Longest the whole look-up of an identity may take, in milliseconds. */
const TIMEOUT = 10_000;

/** How long identities are remembered, in milliseconds: where they lead may change at any time. */
const MAX_AGE = 5 * 60_000;

/** Most identities that are remembered, and most characters of their documents and handles. */
const MAX_ENTRIES = 2000;
const MAX_SIZE = 4 * 1024 * 1024;

/** Asked where the runtime has no name servers. */
const DNS_OVER_HTTPS = "https://cloudflare-dns.com/dns-query";

/** Where identities are looked up; the options of the same names. */
export interface Directories {
	handleResolver?: string | URL | HandleResolver | undefined;
	plcDirectoryUrl?: string | URL | undefined;
}

/** Who somebody is. */
export interface Identity extends IdentityInfo {
	/** The handle of the document, where it could not be told whether it names the DID. */
	handleInDoubt?: string | undefined;
}

export interface Identities {
	resolve(identifier: string, options?: ResolveIdentityOptions): Promise<Identity>;
}

/**
 * Who a handle or a DID is. The SDK checks that each names the other; what is asked is ours, and
 * what is remembered: identities that were found, for some minutes, unless `noCache` asks anew.
 *
 * @param fetch with limits of its own
 * @param dnsOverHttps asked where the runtime has no name servers
 */
export function identityResolverOf(
	{ handleResolver, plcDirectoryUrl }: Directories,
	fetch: typeof globalThis.fetch,
	dnsOverHttps: DnsOverHttps = { url: DNS_OVER_HTTPS, fetch },
): Identities {
	const weigh = (document: DidDocument) => JSON.stringify(document).length;
	const documents = new ExpiringMap<DidDocument>(MAX_ENTRIES, MAX_AGE, {
		max: MAX_SIZE,
		of: weigh,
	});
	const dids = didResolver(plcDirectoryUrl, fetch, documents);
	const handles = remembering(handleResolverOf(handleResolver, fetch, dnsOverHttps));
	return {
		resolve: (identifier, { signal: caller, noCache = false } = {}) =>
			within(TIMEOUT, caller, async (signal) => {
				const doubts = new Doubts(handles);
				const resolver = new AtprotoIdentityResolver(dids, doubts);
				const identity = await resolver.resolve(identifier, { signal, noCache });
				return { ...identity, handleInDoubt: doubts.handle };
			}),
	};
}

/** The SDK takes a handle that nobody could tell about for one that doesn't name the DID. */
class Doubts implements HandleResolver {
	/** The handle that nobody could tell about. */
	handle: string | undefined;
	readonly #resolver: HandleResolver;

	constructor(resolver: HandleResolver) {
		this.#resolver = resolver;
	}

	async resolve(...[handle, options]: Parameters<HandleResolver["resolve"]>) {
		try {
			return await this.#resolver.resolve(handle, options);
		} catch (error) {
			this.handle = handle;
			throw error;
		}
	}
}

function handleResolverOf(
	option: Directories["handleResolver"],
	fetch: typeof globalThis.fetch,
	dnsOverHttps: DnsOverHttps,
): HandleResolver {
	const isService = typeof option === "string" || option instanceof URL;
	if (isService) return handleService(option, fetch);
	return option ? handedIn(option) : dnsAndWeb(fetch, dnsOverHttps);
}

const NAME = "handleResolver";

/** An app's own. What is no answer of its kind says nothing about who has a handle. */
function handedIn(resolver: HandleResolver): HandleResolver {
	return {
		async resolve(handle, options) {
			const ask = () => resolver.resolve(handle, options);
			const did: unknown = await askHandedIn(NAME, HANDLE_TIMEOUT, ask);
			if (did === null || did === undefined) return null;
			if (isAtprotoDid(did)) return did;
			throw new HandedInError(`${NAME} gave what is neither a DID nor null.`);
		},
	};
}

function remembering(resolver: HandleResolver): HandleResolver {
	const known = new ExpiringMap<AtprotoDid>(MAX_ENTRIES, MAX_AGE);
	return {
		resolve: (handle, options = {}) =>
			remember(known, handle, options.noCache, async () => {
				const answer = resolver.resolve(handle, options);
				// An app's own may heed no signal.
				const did = await (options.signal ? unlessAborted(options.signal, answer) : answer);
				return did && did.length <= MAX_DID ? did : null;
			}),
	};
}
