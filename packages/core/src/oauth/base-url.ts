import type { BetterAuthOptions } from "better-auth";
import { isLoopbackUrl } from "../base/loopback.ts";
import { BskyOptionError } from "../errors.ts";
import type { ClientMetadataOptions, ResolvedOptions } from "../options.ts";

/**
 * Whether a local network is meant: plain http and private addresses. Decided once, at start-up: where
 * a request tells the base URL, whoever sends one would decide it.
 *
 * @param baseURL the one that is configured, or empty
 */
export function allowsHttp(baseURL: string, { allowHttp }: ResolvedOptions): boolean {
	if (allowHttp !== undefined) return allowHttp;
	return baseURL !== "" && isLoopbackUrl(new URL(baseURL));
}

/** What to write where a local network is named that may not be used, or null. */
export function localNetworkAdvice(options: ResolvedOptions): string | null {
	const { handleResolver, plcDirectoryUrl, typeahead } = options;
	const services = {
		handleResolver,
		plcDirectoryUrl,
		"typeahead.service": typeahead === false ? undefined : typeahead.service,
	};
	const local = Object.entries(services).find(
		([, url]) => URL.parse(String(url))?.protocol === "http:",
	);
	if (!local || options.allowHttp !== undefined) return null;
	return (
		`${local[0]} is plain http, and is refused: no request decides that it is on this machine. ` +
		'Write `baseURL: "http://localhost:3000"` in betterAuth(), with the port of your app, ' +
		"or `allowHttp: true` in atprotoAuth()."
	);
}

/** What to write where one of several hosts needs a key that isn't there, or null. */
export function keyAdvice(
	baseURL: BetterAuthOptions["baseURL"],
	{ signingKeys, publicClient }: ResolvedOptions,
): string | null {
	if (typeof baseURL !== "object" || signingKeys.length > 0 || publicClient) return null;
	const host = baseURL.allowedHosts.find((each) => !LOOPBACK_HOST.test(each));
	return host === undefined
		? null
		: `Nobody can sign in at "${host}", one of baseURL's allowedHosts: that takes \`privateKey\` in ` +
				"atprotoAuth(), or `publicClient: true` to go without.";
}

const LOOPBACK_HOST = /^(https?:\/\/)?(localhost|127\.0\.0\.1|\[::1\])(:|$)/;

/**
 * Checks that an app at `baseURL` can be an OAuth client with these options.
 *
 * @throws {BskyOptionError} naming the option
 */
export function checkBaseUrl(baseURL: URL, options: ResolvedOptions): void {
	if (isLoopbackUrl(baseURL)) return;
	if (baseURL.protocol !== "https:") {
		throw new BskyOptionError(
			"baseURL",
			`"${baseURL.origin}" is neither https nor on localhost. AT Protocol OAuth needs one of them.`,
		);
	}
	if (!isPublished(baseURL)) {
		throw new BskyOptionError(
			"baseURL",
			`"${baseURL.origin}" is no public domain, and servers fetch the client metadata from there. On your own machine use http://localhost, without TLS.`,
		);
	}
	checkPages(baseURL, options.clientMetadata);
	if (options.signingKeys.length === 0 && !options.publicClient) {
		throw new BskyOptionError(
			"privateKey",
			`required, since "${baseURL.origin}" is not on localhost. Make one with ` +
				"`openssl ecparam -name prime256v1 -genkey -noout`, or set `publicClient: true` to go without.",
		);
	}
}

/** What authorization servers take: https on a domain, https://atproto.com/specs/oauth#clients. */
function isPublished({ protocol, hostname }: URL): boolean {
	const labels = hostname.replace(/\.$/, "").split(".");
	const top = labels.at(-1) ?? "";
	return protocol === "https:" && labels.length > 1 && !/^(?:local|\d+)$|\]$/.test(top);
}

/** @throws {BskyOptionError} where an authorization server would refuse the client for it */
function checkPages(baseURL: URL, metadata: ClientMetadataOptions): void {
	for (const name of ["clientUri", "logoUri", "tosUri", "policyUri"] as const) {
		const uri = metadata[name];
		if (uri === undefined || isPublished(new URL(uri))) continue;
		throw new BskyOptionError(
			`clientMetadata.${name}`,
			`"${uri}" is not on a public https domain.`,
		);
	}
	if (!metadata.clientUri) return;
	const { origin, pathname } = new URL(metadata.clientUri);
	const isParent = `${baseURL.pathname}/`.startsWith(pathname.replace(/\/*$/, "/"));
	if (origin === baseURL.origin && isParent) return;
	throw new BskyOptionError(
		"clientMetadata.clientUri",
		`"${metadata.clientUri}" is not a page of "${baseURL.origin}" that "${baseURL.pathname}" is below, as it has to be.`,
	);
}
