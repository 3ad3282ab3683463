import type { StandardSchemaV1 } from "better-auth";
import { createAuthEndpoint } from "better-auth/api";
import * as z from "zod";
import { Allowance } from "../base/allowance.ts";
import { apiError } from "../base/api-error.ts";
import { ExpiringMap } from "../base/expiring-map.ts";
import { InFlight } from "../base/in-flight.ts";
import { isLoopbackUrl } from "../base/loopback.ts";
import { oneEach } from "../base/now-and-then.ts";
import { PATHS } from "../base/paths.ts";
import type { Bsky, BskyPlugin } from "../bsky.ts";
import { BskyError, toBskyError } from "../errors.ts";
import { parseIdentifier } from "../identity/identifier.ts";
import type { ServerDescription } from "../oauth/server-description.ts";
import { answers, flag, list, object, text } from "./openapi.ts";

/** How long an answer is reused, here and in the browser, in seconds, and of how many servers. */
const MAX_AGE = 60;
const MAX_ENTRIES = 200;

/** How long an answer is good where others have used up what may be asked, in milliseconds. */
const LONGEST_AGE = 60 * 60_000;

/** How long a server that was asked in vain isn't asked again, in milliseconds. */
const FAILED_MAX_AGE = 10_000;

/** Most servers that one process asks in a minute, whoever names them. */
const MAX_SERVERS = 120;
const MINUTE = 60_000;

const query: StandardSchemaV1<{ url: string }> = z.object({ url: z.string().max(2048) });

const document = object(
	{
		url: text(),
		signUp: flag,
		inviteCodeRequired: flag,
		userDomains: list(text()),
		termsOfService: text(),
		privacyPolicy: text(),
	} satisfies Record<keyof ServerDescription, unknown>,
	["url", "signUp", "inviteCodeRequired", "userDomains"],
);

/** What a form needs to know before it offers to sign up at a server. */
export const bskyServer = (plugin: BskyPlugin) =>
	createAuthEndpoint(
		PATHS.server,
		{
			method: "GET",
			query,
			metadata: {
				openapi: {
					operationId: "bskyServer",
					description: "Whether accounts can be created at a server, and what it asks for",
					responses: answers("What the server says", document),
				},
			},
		},
		async (ctx): Promise<ServerDescription> => {
			const bsky = plugin.at(ctx.context);
			try {
				const description = await serversOf(bsky.memory).of(bsky, originOf(bsky, ctx.query.url));
				ctx.setHeader("cache-control", `private, max-age=${MAX_AGE}`);
				return ctx.json(description);
			} catch (error) {
				const failure = toBskyError(error);
				if (failure.code === "INTERNAL_SERVER_ERROR") {
					bsky.logFailure("server_not_described", error);
				}
				throw apiError(failure);
			}
		},
	);

/** @throws {BskyError} SERVER_INVALID, or SERVER_UNREACHABLE where no network can lead there */
function originOf({ allowHttp, options }: Bsky, url: string): string {
	const identifier = parseIdentifier(url, { allowHttp });
	if (typeof identifier === "string" || identifier.type !== "server") {
		throw new BskyError("SERVER_INVALID");
	}
	// A form asks this of Bluesky's server by itself. In a network on this machine there is none, and
	// a laptop may be offline.
	const { plcDirectoryUrl: directory } = options;
	const isLocal = directory !== undefined && isLoopbackUrl(new URL(directory));
	if (isLocal && !isLoopbackUrl(new URL(identifier.value))) {
		throw new BskyError("SERVER_UNREACHABLE");
	}
	return identifier.value;
}

/** What servers have said of late, and who is being asked. */
class Servers {
	readonly #known = new ExpiringMap<ServerDescription>(MAX_ENTRIES, MAX_AGE * 1000);
	/** What they said before, for when they can't be asked. */
	readonly #before = new ExpiringMap<ServerDescription>(MAX_ENTRIES, LONGEST_AGE);
	readonly #failed = new ExpiringMap<BskyError>(MAX_ENTRIES, FAILED_MAX_AGE);
	readonly #underWay = new InFlight<ServerDescription>();
	readonly #allowance = new Allowance(MAX_SERVERS, MINUTE);

	/** @throws {BskyError} */
	async of(bsky: Bsky, url: string): Promise<ServerDescription> {
		const known = this.#known.get(url);
		if (known) return known;
		const failed = this.#failed.get(url);
		if (failed) throw failed;
		return this.#underWay.share(url, async () => {
			const before = this.#before.get(url);
			if (!this.#allowance.take()) {
				if (before) return before;
				throw new BskyError("SERVER_UNREACHABLE");
			}
			try {
				const description = await this.#ask(bsky, url);
				this.#known.set(url, description);
				this.#before.set(url, description);
				return description;
			} catch (error) {
				const failure = toBskyError(error);
				this.#failed.set(url, failure);
				throw failure;
			}
		});
	}

	async #ask(bsky: Bsky, url: string): Promise<ServerDescription> {
		const { describeServer } = await import("../oauth/server-description.ts");
		return describeServer(await bsky.oauth(), url);
	}
}

/** An app's. */
const serversOf = oneEach(() => new Servers());
