import { createAuthEndpoint } from "better-auth/api";
import { missingTransactions } from "../accounts/warn-without-transactions.ts";
import { helpOn } from "../base/docs-url.ts";
import { describe } from "../base/log.ts";
import { isLoopbackUrl } from "../base/loopback.ts";
import type { Bsky, BskyPlugin } from "../bsky.ts";
import { type Finding, findings } from "../checks.ts";
import { BskyOptionError } from "../errors.ts";
import { schema } from "../schema.ts";
import { type BskyKeyUse, keyUse } from "../sessions/key-use.ts";
import { sampleOf } from "../sessions/sample.ts";
import { whatWaits } from "../stores/revocation-store.ts";

/** Something that is wrong with how an app is set up, or with what it has stored. */
export interface BskyFinding {
	/** Stable: what it is found by, also in the documentation. */
	id: string;
	/** Whether it is about how the app is set up, or about what is stored. */
	where: "set-up" | "database";
	/** With `error` nobody signs in, or what is stored is lost; `info` needs nothing. */
	level: "error" | "warn" | "info";
	/** The option that it is about, where it is about one. */
	option?: string | undefined;
	/** What is so, and why it matters. */
	sentence: string;
	/** What to do. */
	remedy: string;
	/** Where more is said of it. */
	link: string;
}

/** What `auth.api.checkBsky()` answers. */
export interface BskyCheck {
	/** Where better-auth is mounted; null where only a request says it. */
	baseURL: string | null;
	/** The `client_id` that people sign in as; null where there is none. */
	clientId: string | null;
	/** Whether authorization servers fetch that: on localhost they don't. */
	isPublished: boolean;
	/** The key IDs of `privateKey`; the first signs. */
	keys: string[];
	/** All that was found, the gravest first. */
	findings: BskyFinding[];
}

/** What `auth.api.checkBsky()` takes, as better-auth calls endpoints. */
export interface CheckBskyInput {
	/** Of a request, where that says where the app is. */
	headers?: Headers | undefined;
}

type CheckBsky = ((input?: CheckBskyInput) => Promise<BskyCheck>) & {
	path: string;
	options: { method: "GET"; metadata: { SERVER_ONLY: true } };
};

type GetBskyKeyUse = (() => Promise<BskyKeyUse>) & {
	path: string;
	options: { method: "GET"; metadata: { SERVER_ONLY: true } };
};

/**
 * `auth.api.checkBsky()`: what is wrong with how the app is set up, whether its tables are there, and
 * in which state a hundred of the stored sessions are: the same table of mistakes that the log at
 * start-up goes by. It has no path: only the server can call it. The command `better-auth-bsky doctor`
 * shows it, with what is to be seen from outside alone.
 */
export function checkBsky(plugin: BskyPlugin): CheckBsky {
	const endpoint = createAuthEndpoint.serverOnly({ method: "GET" }, async (ctx) => {
		const bsky = plugin.at(ctx.context);
		const { options, context } = bsky;
		const baseURL = URL.parse(context.baseURL);
		const start = findings("start", { options, baseURL, auth: context.options });
		const found = [
			...start.map(asFinding("set-up")),
			...withoutTransactions(bsky),
			...(await storedFindings(bsky)).map(asFinding("database")),
		];
		return ctx.json({
			baseURL: baseURL && context.baseURL,
			clientId: await clientId(bsky),
			isPublished: baseURL !== null && !isLoopbackUrl(baseURL),
			keys: options.signingKeys.map(({ kid }) => kid),
			findings: found.sort((a, b) => GRAVITY[a.level] - GRAVITY[b.level]),
		});
	});
	// Called without an argument, too.
	return endpoint as unknown as CheckBsky;
}

/**
 * `auth.api.getBskyKeyUse()`: how many stored sessions and waiting revocations began with which key, and
 * can't go on without it. It reads all of them, a page at a time: for whoever replaces a key, and no
 * health endpoint. It has no path: only the server can call it.
 */
export function getBskyKeyUse(plugin: BskyPlugin): GetBskyKeyUse {
	const endpoint = createAuthEndpoint.serverOnly({ method: "GET" }, async (ctx) =>
		ctx.json(await keyUse(plugin.at(ctx.context))),
	);
	// Called without an argument: there is nothing to say.
	return endpoint as unknown as GetBskyKeyUse;
}

const GRAVITY = { error: 0, warn: 1, info: 2 };

const asFinding =
	(where: BskyFinding["where"]) =>
	({ text: _, option, ...finding }: Finding): BskyFinding => ({
		...finding,
		...(option && { option }),
		where,
		link: helpOn(finding.id),
	});

/** The start-up log says it, too. */
function withoutTransactions({ context }: Bsky): BskyFinding[] {
	const missing = missingTransactions(context);
	if (!missing) return [];
	const id = "transactions_missing";
	return [{ ...missing, id, where: "database", link: helpOn(id) }];
}

async function clientId(bsky: Bsky): Promise<string | null> {
	try {
		return (await bsky.oauth()).id;
	} catch (error) {
		// Without a client, or without a request that says where: the findings have it.
		if (error instanceof BskyOptionError) return null;
		throw error;
	}
}

async function storedFindings(bsky: Bsky): Promise<Finding[]> {
	const missing = await missingTable(bsky);
	if (missing) return findings("stored", { missing });
	const [sample, { waiting, since }] = await Promise.all([sampleOf(bsky), whatWaits(bsky.context)]);
	return findings("stored", { missing, sample, waiting, since });
}

/** The first table of ours that can't be read as it has to be, and what the database says of it. */
async function missingTable({ context }: Bsky) {
	for (const [model, { fields }] of Object.entries(schema)) {
		try {
			await context.adapter.findMany({ model, limit: 1, select: Object.keys(fields) });
		} catch (error) {
			return { model, said: describe(error) };
		}
	}
	return null;
}
