import type { User } from "better-auth";
import { isObject } from "./base/is-object.ts";
import { isAboutTheAccount, isNsid, isWrite, prefixOf, WRITES } from "./base/nsid.ts";
import {
	listOption,
	objectOption,
	requireKnown,
	textOption,
	wholeOption,
} from "./base/option-value.ts";
import { type Audience, BLUESKY_APPVIEW } from "./base/scope.ts";
import { BskyOptionError } from "./errors.ts";

/** A call that a browser wants to make. */
export interface XrpcCall {
	/** The method: `"app.bsky.feed.getTimeline"`. */
	nsid: string;
	method: "GET" | "POST";
	/** The account that acts. */
	did: string;
	/** Whose it is. */
	user: User;
	/** Whom the header `atproto-proxy` names, one of `services`; null where it names nobody. */
	service: string | null;
}

/** Whether a call may be made. What it throws, and anything but `true`, is a no. */
export type AllowCall = (call: XrpcCall) => boolean | Promise<boolean>;

/** A method, with more to say of it. */
export interface XrpcMethod {
	/** An NSID, or all that begins like one: `"app.bsky.actor.*"`. */
	nsid: string;
	/**
	 * The collections that a method may write to: for `createRecord`, `putRecord`, `deleteRecord` and
	 * `applyWrites` of `com.atproto.repo`. @default any that the person has allowed
	 */
	collections?: readonly string[] | undefined;
	/**
	 * What `Cache-Control` says of answers that went well: `"private, max-age=60"`. They are one
	 * person's, so it has to say `private`.
	 * @default "private, no-store"
	 */
	cacheControl?: string | undefined;
}

/** So many calls of one user in each window of time. */
export interface CallRate {
	/** In seconds; an hour at most. */
	window: number;
	max: number;
}

/** What browsers may call at people's servers, at `/bsky/xrpc/:nsid`. */
export interface XrpcOptions {
	/**
	 * Which methods: NSIDs, groups of them with `.*` at the end, objects that say more of one, and functions
	 * that are asked where none of these names it. The most specific entry counts. What hands out credentials
	 * or changes the account (`com.atproto.server.*`, `.admin.*`, `.identity.*`, `.temp.*` and
	 * `com.atproto.repo.importRepo`) is allowed by its exact name only.
	 */
	allow: readonly (string | XrpcMethod | AllowCall)[] | AllowCall;
	/**
	 * Whom the header `atproto-proxy` may name, to have the person's server ask them: each is given a proof
	 * of who the person is. @default [BLUESKY_APPVIEW]
	 */
	services?: readonly Audience[] | undefined;
	/** Most bytes of a body. @default 50 MiB */
	maxUploadSize?: number | undefined;
	/** Most bytes of an answer. @default 512 MiB */
	maxDownloadSize?: number | undefined;
	/** How long nothing at all may come, from the browser or from the server, in seconds. @default 30 */
	idleTimeout?: number | undefined;
	/** What a body or an answer has to bring on the average, once `idleTimeout` is over. @default 1024 */
	minBytesPerSecond?: number | undefined;
	/** Most calls of one user at a time, in one process. More wait for a moment. @default 20 */
	maxCallsPerUser?: number | undefined;
	/** The same of all users. @default 200 */
	maxCalls?: number | undefined;
	/**
	 * Most calls of one user: those that read (GET), those that write, and those whose body isn't JSON. They
	 * are counted where better-auth counts, and only where it does (`rateLimit`). `false` for no limit.
	 * @default { read: { window: 60, max: 600 }, write: { window: 60, max: 120 }, upload: { window: 60, max: 60 } }
	 */
	rateLimit?: false | Partial<Record<CallKind, CallRate>> | undefined;
}

/** What a call is counted as. */
export type CallKind = "read" | "write" | "upload";

/** An entry of `allow`, read. */
export type MethodRule = Pick<XrpcMethod, "collections" | "cacheControl">;

/** {@link XrpcOptions}, checked, with nothing left open. */
export interface ResolvedXrpc extends Record<keyof typeof DEFAULTS, number> {
	/** By NSID. */
	exact: ReadonlyMap<string, MethodRule>;
	/** By what their names begin with, the longest first. */
	groups: readonly (readonly [prefix: string, rule: MethodRule])[];
	asked: readonly AllowCall[];
	/** Whether browsers may keep some answers. */
	isCached: boolean;
	services: readonly string[];
	rateLimit: false | Record<CallKind, CallRate>;
}

/** What streams of an app's own calls are held to as well, where there is no such option. */
export const DEFAULTS = {
	maxUploadSize: 50 * 1024 * 1024,
	maxDownloadSize: 512 * 1024 * 1024,
	idleTimeout: 30,
	minBytesPerSecond: 1024,
	maxCallsPerUser: 20,
	maxCalls: 200,
} as const satisfies Partial<XrpcOptions>;

const RATES: Record<CallKind, CallRate> = {
	read: { window: 60, max: 600 },
	write: { window: 60, max: 120 },
	upload: { window: 60, max: 60 },
};

/** As long as counts are kept in memory, in seconds. */
const MAX_WINDOW = 60 * 60;

const NAMES: Record<keyof XrpcOptions, true> = {
	allow: true,
	services: true,
	maxUploadSize: true,
	maxDownloadSize: true,
	idleTimeout: true,
	minBytesPerSecond: true,
	maxCallsPerUser: true,
	maxCalls: true,
	rateLimit: true,
};

const METHOD_NAMES: Record<keyof XrpcMethod, true> = {
	nsid: true,
	collections: true,
	cacheControl: true,
};

/**
 * @returns undefined where browsers may call nothing
 * @throws {BskyOptionError} naming the option
 */
export function resolveXrpc(options: XrpcOptions | undefined): ResolvedXrpc | undefined {
	const own = objectOption("xrpc", options);
	if (own === undefined) return undefined;
	requireKnown(own, Object.keys(NAMES), "xrpc.");
	const least = (name: keyof typeof DEFAULTS, from = 1) =>
		wholeOption(`xrpc.${name}`, own[name], from) ?? DEFAULTS[name];
	return {
		...resolveAllow(own.allow),
		services: resolveServices(own.services),
		maxUploadSize: least("maxUploadSize"),
		maxDownloadSize: least("maxDownloadSize"),
		idleTimeout: least("idleTimeout"),
		minBytesPerSecond: least("minBytesPerSecond", 0),
		maxCallsPerUser: least("maxCallsPerUser"),
		maxCalls: least("maxCalls"),
		rateLimit: resolveRates(own.rateLimit),
	};
}

function resolveAllow(
	allow: XrpcOptions["allow"],
): Pick<ResolvedXrpc, "exact" | "groups" | "asked" | "isCached"> {
	const entries = typeof allow === "function" ? [allow] : listOption("xrpc.allow", allow);
	if (entries.length === 0) {
		throw new BskyOptionError("xrpc.allow", "it allows nothing. Name methods, or leave out xrpc.");
	}
	const exact = new Map<string, MethodRule>();
	const groups = new Map<string, MethodRule>();
	const asked: AllowCall[] = [];
	for (const [index, entry] of entries.entries()) {
		const option = `xrpc.allow[${index}]`;
		if (typeof entry === "function") {
			asked.push(entry);
			continue;
		}
		const { nsid, ...rule } = readMethod(option, entry);
		const prefix = prefixOf(nsid);
		const [known, key] = prefix === null ? ([exact, nsid] as const) : ([groups, prefix] as const);
		if (known.has(key)) throw new BskyOptionError(option, `"${nsid}" is there twice.`);
		known.set(key, rule);
	}
	const byLength = [...groups].sort(([a], [b]) => b.length - a.length);
	const rules = [...exact.values(), ...groups.values()];
	const isCached = rules.some(({ cacheControl }) => cacheControl);
	return { exact, groups: byLength, asked, isCached };
}

function readMethod(option: string, entry: unknown): XrpcMethod {
	const method: Partial<XrpcMethod> = isObject(entry) ? entry : { nsid: entryText(option, entry) };
	requireKnown(method, Object.keys(METHOD_NAMES), `${option}.`);
	const nsid = entryText(option, method.nsid);
	const prefix = prefixOf(nsid);
	if (prefix === null && !isNsid(nsid)) {
		throw new BskyOptionError(
			option,
			`${JSON.stringify(nsid.slice(0, 100))} is neither a method like app.bsky.feed.getTimeline nor a group like app.bsky.feed.*.`,
		);
	}
	const meant = WRITES.find((name) => name !== nsid && name.toLowerCase() === nsid.toLowerCase());
	if (meant) {
		// Servers take names in any case, and nothing of the body would be looked at.
		throw new BskyOptionError(option, `"${nsid}" is written ${meant}.`);
	}
	if (prefix !== null && isAboutTheAccount(prefix)) {
		throw new BskyOptionError(
			option,
			`"${nsid}" hands out credentials or changes accounts: name each method of it that you mean.`,
		);
	}
	return { nsid, ...readRule(option, nsid, method) };
}

const entryText = (option: string, value: unknown): string => {
	if (typeof value === "string") return value;
	throw new BskyOptionError(option, "expected a text, an object with an nsid, or a function.");
};

function readRule(option: string, nsid: string, method: Partial<XrpcMethod>): MethodRule {
	const collections = readCollections(`${option}.collections`, nsid, method.collections);
	const cacheControl = textOption(`${option}.cacheControl`, method.cacheControl);
	if (cacheControl !== undefined && !CACHE_CONTROL.test(cacheControl)) {
		throw new BskyOptionError(
			`${option}.cacheControl`,
			`"${cacheControl}" isn't private: no cache may have what is one person's for others.`,
		);
	}
	return { ...(collections && { collections }), ...(cacheControl && { cacheControl }) };
}

const CACHE_CONTROL = /^private(?:, ?(?!public|s-)[a-z-]+(?:=\d+)?)*$/;

function readCollections(
	option: string,
	nsid: string,
	value: XrpcMethod["collections"],
): readonly string[] | undefined {
	if (value === undefined) return undefined;
	if (!isWrite(nsid)) {
		throw new BskyOptionError(option, `it is for ${WRITES.join(", ")}, each by its name.`);
	}
	const collections = listOption(option, value);
	for (const [index, each] of collections.entries()) {
		if (typeof each === "string" && isNsid(each)) continue;
		throw new BskyOptionError(`${option}[${index}]`, "expected a name like app.bsky.feed.post.");
	}
	if (collections.length > 0) return collections;
	throw new BskyOptionError(option, "it is empty, so nothing could be written.");
}

/** A service of a DID: https://atproto.com/specs/xrpc#service-proxying. */
const SERVICE = /^did:(?:web:[a-z0-9.:%-]+|plc:[a-z2-7]{24})#[a-zA-Z0-9_]{1,64}$/;

function resolveServices(value: XrpcOptions["services"]): readonly string[] {
	if (value === undefined) return [BLUESKY_APPVIEW];
	const services = listOption("xrpc.services", value);
	for (const [index, each] of services.entries()) {
		if (typeof each === "string" && SERVICE.test(each)) continue;
		throw new BskyOptionError(`xrpc.services[${index}]`, `expected one like ${BLUESKY_APPVIEW}.`);
	}
	return services;
}

function resolveRates(value: XrpcOptions["rateLimit"]): ResolvedXrpc["rateLimit"] {
	if (value === false) return false;
	const own: Partial<Record<CallKind, CallRate>> = objectOption("xrpc.rateLimit", value) ?? {};
	requireKnown(own, Object.keys(RATES), "xrpc.rateLimit.");
	const rate = (kind: CallKind): CallRate => {
		const option = `xrpc.rateLimit.${kind}`;
		const given = objectOption(option, own[kind]);
		if (!given) return RATES[kind];
		requireKnown(given, ["window", "max"], `${option}.`);
		const whole = (name: keyof CallRate) =>
			wholeOption(`${option}.${name}`, given[name], 1) ?? RATES[kind][name];
		const window = whole("window");
		if (window > MAX_WINDOW)
			throw new BskyOptionError(`${option}.window`, "an hour is the longest.");
		return { window, max: whole("max") };
	};
	return { read: rate("read"), write: rate("write"), upload: rate("upload") };
}

/**
 * better-auth's own limit, which is by address and path: whoever calls steadily comes to any limit of it, as
 * it counts until nobody has called for a whole window. By the longest of these windows it removes rows,
 * those of users' limits among them.
 */
export function addressRate(xrpc: ResolvedXrpc | undefined): CallRate {
	const rates = Object.values(xrpc?.rateLimit || {});
	return { window: Math.max(60, ...rates.map(({ window }) => window)), max: xrpc ? 1e9 : 60 };
}
