import type { StandardSchemaV1 } from "better-auth";
import { createAuthEndpoint } from "better-auth/api";
import * as z from "zod";
import { Allowance } from "../base/allowance.ts";
import { apiError } from "../base/api-error.ts";
import { ExpiringMap } from "../base/expiring-map.ts";
import { InFlight } from "../base/in-flight.ts";
import { LINES } from "../base/lines.ts";
import { describe, say } from "../base/log.ts";
import { nowAndThen, oneEach } from "../base/now-and-then.ts";
import { PATHS } from "../base/paths.ts";
import type { Bsky, BskyPlugin } from "../bsky.ts";
import { findings } from "../checks.ts";
import { BskyError } from "../errors.ts";
import type { Actor } from "../identity/actors.ts";
import { answers, list, object, text } from "./openapi.ts";

/** How long an answer is reused, here and in the browser, in seconds. */
const MAX_AGE = 60;
const MAX_ENTRIES = 500;

/** How long a question that was asked in vain isn't asked again, in milliseconds. */
const FAILED_MAX_AGE = 10_000;

/**
 * Most requests of one process to the AppView in a minute. Bluesky's own takes 600 a minute of one
 * address (https://docs.bsky.app/docs/advanced-guides/rate-limits), for all that an app asks of it.
 */
const MAX_REQUESTS = 300;
const MINUTE = 60_000;

const DEFAULT_LIMIT = 6;

type Query = StandardSchemaV1<{ q: string; limit?: unknown }, { q: string; limit: number }>;

const query: Query = z.object({
	q: z.string().max(253),
	limit: z.coerce.number().int().min(1).max(10).default(DEFAULT_LIMIT),
});

const actorDocument = object(
	{ did: text(), handle: text(), displayName: text(), avatar: text() } satisfies Record<
		keyof Actor,
		unknown
	>,
	["did", "handle"],
);

/**
 * Suggests accounts while a person types their handle. The browser asks this app, not a third
 * party: nobody else learns who types what from where.
 */
export const bskyTypeahead = (plugin: BskyPlugin) =>
	createAuthEndpoint(
		PATHS.typeahead,
		{
			method: "GET",
			query,
			metadata: {
				openapi: {
					operationId: "bskyTypeahead",
					description:
						"Accounts whose handle or name begins with what was typed; none where too much is asked",
					responses: answers(
						"Suggestions, the best first",
						object({ actors: list(actorDocument) }),
					),
				},
			},
		},
		async (ctx): Promise<{ actors: Actor[] }> => {
			const bsky = plugin.at(ctx.context);
			if (!bsky.options.typeahead) throw ctx.error("NOT_FOUND");
			const q = ctx.query.q.trim().replace(/^@+/, "").toLowerCase();
			if (q === "") return ctx.json({ actors: [] });
			const { service } = bsky.options.typeahead;
			const actors = await suggestionsOf(bsky.memory).of(bsky, service, q, ctx.query.limit);
			ctx.setHeader("cache-control", actors ? `private, max-age=${MAX_AGE}` : "no-store");
			return ctx.json({ actors: actors ?? [] });
		},
	);

/** What an AppView has said of late, and what is being asked: never more than its share. */
class Suggestions {
	readonly #known = new ExpiringMap<Actor[]>(MAX_ENTRIES, MAX_AGE * 1000);
	readonly #failed = new ExpiringMap<BskyError>(MAX_ENTRIES, FAILED_MAX_AGE);
	readonly #underWay = new InFlight<Actor[] | null>();
	readonly #allowance = new Allowance(MAX_REQUESTS, MINUTE);
	/** Each key asks anew. */
	readonly #isTimeToSay = nowAndThen(MINUTE);
	readonly #isTimeToRefuse = nowAndThen(MINUTE);

	/**
	 * @returns null where too much was asked already
	 * @throws better-auth's APIError with SUGGESTIONS_UNAVAILABLE
	 */
	async of(bsky: Bsky, service: URL, q: string, limit: number): Promise<Actor[] | null> {
		const key = `${limit} ${q}`;
		const known = this.#known.get(key);
		if (known) return known;
		const failed = this.#failed.get(key);
		if (failed) throw apiError(failed);
		return this.#underWay.share(key, async () => {
			const found = await this.#search(bsky, service, q, limit).catch((cause) => {
				if (this.#isTimeToSay(this)) sayWhy(bsky, service, cause);
				const error = new BskyError("SUGGESTIONS_UNAVAILABLE", { cause });
				this.#failed.set(key, error);
				throw apiError(error);
			});
			if (found) this.#known.set(key, found);
			return found;
		});
	}

	async #search(bsky: Bsky, service: URL, q: string, limit: number): Promise<Actor[] | null> {
		const { searchActors } = await import("../identity/actors.ts");
		const { allowHttp, options } = bsky;
		const allowed = () => this.#allowance.take() || this.#refuse(bsky);
		return searchActors(service, q, limit, { allowHttp, fetch: options.fetch, allowed });
	}

	#refuse({ context }: Bsky): false {
		if (this.#isTimeToRefuse(this)) {
			const why = `the AppView was asked ${MAX_REQUESTS} times in a minute.`;
			say(context, "warn", "suggestions_pause", `Suggestions pause: ${why}`);
		}
		return false;
	}
}

/** Says why an AppView gives no suggestions. */
function sayWhy({ context }: Bsky, { origin: url }: URL, error: unknown): void {
	const answered = error instanceof SyntaxError;
	const [found] = findings("lookup", { option: "typeahead.service", url, answered });
	const what = `${LINES.suggestions_failed} ${found?.text ?? ""}`.trim();
	say(context, "error", found?.id ?? "suggestions_failed", what, describe(error));
}

/** An app's. */
const suggestionsOf = oneEach(() => new Suggestions());
