import { resolve4, resolve6 } from "node:dns/promises";
import type { BskyCheck } from "@better-auth-bsky/core";
import {
	type Answer,
	ask,
	hasNoWay,
	isRedirect,
	isRefusedAt,
	isWayBack,
	jsonOf,
	NEVER_BEGAN,
	type Way,
	whyNot,
} from "./ask.ts";
import { type Finding, finding, type Section } from "./finding.ts";

/** How a published app is looked at. */
export interface DeployedOptions {
	/** Its base URL, or its origin: better-auth's usual path is below it. */
	url: string;
	/** How often it is asked, so as to meet every instance. */
	times: number;
	connectTo?: string | undefined;
	ca?: string | undefined;
	/** What the app at hand says of itself, if there is one. */
	check?: BskyCheck | undefined;
}

/** Further apart and servers refuse what this app signs. In seconds. */
const MAX_SKEW = 30;

/** Larger documents are refused by some. In bytes. */
const MAX_DOCUMENT = 64 * 1024;

/** Looks at a published app as an authorization server does. */
export async function lookAtDeployed(options: DeployedOptions): Promise<Section> {
	const base = baseOf(options);
	const clientId = `${base}/bsky/client-metadata.json`;
	const ways = await waysTo(base, options);
	const found = new Map<string, Finding>();
	const say: Say = (id, level, sentence, remedy) => {
		if (!found.has(id)) found.set(id, finding({ id, where: "deployed", level, sentence, remedy }));
	};
	const documents = new Map<string, Record<string, unknown>>();
	const keySets = new Set<string>();
	for (let n = 0; n < options.times; n++)
		for (const way of ways) {
			const metadata = await documentAt(clientId, way, say);
			if (!metadata) continue;
			documents.set(JSON.stringify(metadata), metadata);
			// The keys of another client say nothing of this one.
			if (!isItself(clientId, metadata, say)) continue;
			// Twice: of two instances that take turns, each would be asked for the same every time.
			for (const _ of [1, 2]) {
				const keys = await keysAt(metadata, way, say);
				if (!keys) continue;
				keySets.add(keys.toSorted().join(" "));
				lookAtKeys(keys, options.check, say);
			}
		}
	if (documents.size > 1 || keySets.size > 1) sayThatTheyDiffer(documents.size > 1, say);
	// Where something else answers, it does for all of them.
	if (documents.size > 0) {
		await lookAtCallback(base, ways, say);
		await lookAtOrigin(base, ways, say);
		await lookAtPages([...documents.values()], base, ways, say);
	}
	const families = ways.map(({ family }) => (family ? `IPv${family}` : "its address")).join(", ");
	const note = `${clientId}, ${options.times === 1 ? "once" : `${options.times} times`} by ${families}`;
	return { title: "Deployed", note, findings: [...found.values()] };
}

type Say = (id: string, level: Finding["level"], sentence: string, remedy: string) => void;

/** A whole base URL is taken as it is; to an origin the path of the app at hand is added, or the usual one. */
function baseOf({ url, check }: DeployedOptions): string {
	const { origin, pathname } = new URL(url);
	if (pathname !== "/") return `${origin}${pathname.replace(/\/$/, "")}`;
	const path = check?.baseURL ? new URL(check.baseURL).pathname : "/api/auth";
	return `${origin}${path.replace(/\/$/, "")}`;
}

/** Each family of addresses that a name has, since a server may come by either. */
async function waysTo(base: string, { connectTo, ca }: DeployedOptions): Promise<Way[]> {
	if (connectTo) return [{ connectTo, ca }];
	const { hostname } = new URL(base);
	const has = (addresses: Promise<string[]>) =>
		addresses.then(
			(all) => all.length > 0,
			() => false,
		);
	const [has4, has6] = await Promise.all([has(resolve4(hostname)), has(resolve6(hostname))]);
	const families: (4 | 6)[] = [...(has4 ? [4 as const] : []), ...(has6 ? [6 as const] : [])];
	// Without a name server's word the machine itself may know the name.
	return families.length > 0 ? families.map((family) => ({ family, ca })) : [{ ca }];
}

/** The document at a `client_id`, or null with what is wrong said. */
async function documentAt(
	url: string,
	way: Way,
	say: Say,
): Promise<Record<string, unknown> | null> {
	const by = way.family ? ` by IPv${way.family}` : "";
	const unreachable = (why: string) => {
		say(
			"metadata-unreachable",
			"error",
			`${url} can't be read${by}: ${why}. Servers need it at every sign-in.`,
			"Open it from outside: it has to answer with 200 and JSON, with a certificate that everybody trusts, within seconds, at every address that its name has.",
		);
		return null;
	};
	const answer = await ask(url, way).catch((error: unknown) => {
		if (!way.family || !hasNoWay(error)) return unreachable(whyNot(error));
		say(
			"family-unseen",
			"info",
			`This machine has no way to addresses by IPv${way.family}, which the name has: ${whyNot(error)}.`,
			"Ask from one that has, since servers may come by either.",
		);
		return null;
	});
	if (!answer) return null;
	if (answer.status >= 500) return unreachable(`it answers with ${answer.status}`);
	lookAtClock(answer, say);
	const { status, headers, body } = answer;
	if (isRedirect(answer)) {
		say(
			"metadata-redirects",
			"error",
			`${url} redirects${by}, to ${headers.location}. Servers don't follow.`,
			"Make baseURL the address that redirects end at: with or without www., by https, with or without a slash.",
		);
		return null;
	}
	if ([401, 403, 407].includes(status)) {
		say(
			"metadata-locked",
			"error",
			`${url} asks servers to log in${by}: ${status}.`,
			"Take the password, or the preview protection of your host, away from everything below /bsky/.",
		);
		return null;
	}
	const read = jsonOf(answer);
	const isObject = Object(read) === read && !Array.isArray(read);
	const isJson = /^application\/json\b/.test(headers["content-type"] ?? "");
	if (status !== 200 || !isJson || !isObject) {
		say(
			"metadata-not-json",
			"error",
			`At ${url} something else answers than this app${by}: ${status}, ${headers["content-type"] ?? "without a type"}.`,
			"Send it to better-auth's handler, in front of pages for everything that is not found.",
		);
		return null;
	}
	if (Buffer.byteLength(body) > MAX_DOCUMENT)
		say(
			"metadata-large",
			"warn",
			`${url} is larger than some servers read.`,
			"Ask for fewer scopes.",
		);
	return Object(read);
}

function lookAtClock({ headers }: Answer, say: Say): void {
	const seconds = (Date.parse(headers.date ?? "") - Date.now()) / 1000;
	if (!(Math.abs(seconds) > MAX_SKEW)) return;
	say(
		"clock",
		"error",
		`Its clock and this machine's are ${Math.round(Math.abs(seconds))} seconds apart: servers refuse what is signed then.`,
		"Set both by NTP. A cache in between may send an old Date, too: keep it from everything below /bsky/.",
	);
}

function isItself(clientId: string, metadata: Record<string, unknown>, say: Say): boolean {
	if (metadata.client_id === clientId) return true;
	say(
		"client-id-differs",
		"error",
		`${clientId} says that it is ${JSON.stringify(metadata.client_id)}: servers take no other than the address itself.`,
		"Make baseURL the address that the app is published at, to the letter; behind a proxy the app has to be told its public name.",
	);
	return false;
}

/** The key IDs of the published set, or null where there is none to be had. */
async function keysAt(
	{ jwks_uri: url }: Record<string, unknown>,
	way: Way,
	say: Say,
): Promise<string[] | null> {
	// Of a public client there are none.
	if (typeof url !== "string") return null;
	const keys = await ask(url, way).then(
		(answer) => answer.status === 200 && Object(jsonOf(answer)).keys,
		() => false,
	);
	const isSet = Array.isArray(keys) && keys.length > 0 && keys.every((key) => Object(key) === key);
	if (isSet) return keys.map(({ kid }) => String(kid));
	say(
		"jwks-missing",
		"error",
		`${url} has no JSON Web Key Set: servers can't check what this app signs.`,
		"Send it to better-auth's handler, as the client metadata beside it.",
	);
	return null;
}

function lookAtKeys(keys: string[], check: BskyCheck | undefined, say: Say): void {
	const [own] = check?.keys ?? [];
	if (own === undefined || keys.includes(own)) return;
	say(
		"key-unknown",
		"error",
		`The key that signs here (${own}) is not among those that are published: whoever signs in by this configuration is refused.`,
		"Give all instances the same `privateKey`. To replace it, put the new one at the end of a list first: `npx @better-auth-bsky/cli rotate`.",
	);
}

const sayThatTheyDiffer = (isDocument: boolean, say: Say) =>
	say(
		"instances-differ",
		"error",
		`Asked again, it answers with ${isDocument ? "other client metadata" : "other keys"}: its instances are not the same client, and a sign-in that begins at one fails at the next.`,
		"Give all instances the same baseURL, options and `privateKey`; during a deployment, wait until it is over.",
	);

async function lookAtCallback(base: string, [way = {}]: Way[], say: Say): Promise<void> {
	const url = `${base}/bsky/callback`;
	const answer = await ask(`${url}?${NEVER_BEGAN}`, way).catch(whyNot);
	if (typeof answer !== "string" && isWayBack(answer)) return;
	const what =
		typeof answer === "string"
			? `can't be read (${answer})`
			: `answers with ${answer.status}${isRedirect(answer) ? `, to ${answer.headers.location}` : ""}`;
	say(
		"callback-elsewhere",
		"error",
		`${url} ${what}: people who come back from their server don't reach this app.`,
		"Send it to better-auth's handler, as it is: without a redirect, a login or a cache.",
	);
}

async function lookAtOrigin(base: string, [way = {}]: Way[], say: Say): Promise<void> {
	const { origin } = new URL(base);
	if (!(await isRefusedAt(base, origin, way).catch(() => false))) return;
	say(
		"origin-elsewhere",
		"error",
		`A page at ${origin} asks for a sign-in, and is refused: INVALID_ORIGIN.`,
		`Write \`baseURL: "${origin}"\` in betterAuth(), or name it in trustedOrigins.`,
	);
}

/** What people are shown or led to where they allow this app. */
const PAGES = ["logo_uri", "tos_uri", "policy_uri"];

/** Those of this app: nobody else's server is asked for the sake of a look. */
async function lookAtPages(
	documents: Record<string, unknown>[],
	base: string,
	[way = {}]: Way[],
	say: Say,
): Promise<void> {
	const { origin } = new URL(base);
	const pages = documents.flatMap((metadata) => PAGES.map((name) => String(metadata[name])));
	const missing: string[] = [];
	for (const url of new Set(pages)) {
		if (URL.parse(url)?.origin !== origin) continue;
		const isThere = await ask(url, way, { headers: { accept: "*/*" } }).then(
			({ status }) => status < 400,
			// A large picture is one, too; and that the app answers was seen.
			() => true,
		);
		if (!isThere) missing.push(url);
	}
	if (missing.length === 0) return;
	say(
		"page-missing",
		"warn",
		`${missing.join(" and ")}: nothing is there, and the page where people allow this app leads to it.`,
		"Serve it, or take it out of `clientMetadata`.",
	);
}
