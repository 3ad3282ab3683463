import type { StandardSchemaV1 } from "better-auth";
import { createAuthEndpoint } from "better-auth/api";
import * as z from "zod";
import { apiError } from "../base/api-error.ts";
import { ExpiringMap } from "../base/expiring-map.ts";
import { PATHS } from "../base/paths.ts";
import type { Bsky, BskyPlugin } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import type { Actor } from "../identity/actors.ts";
import { answers, list, object, text } from "./openapi.ts";

/** How long an answer is reused, here and in the browser, in seconds. */
const MAX_AGE = 60;
const MAX_ENTRIES = 500;

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
export const bskyTypeahead = (plugin: BskyPlugin) => {
	const cache = new ExpiringMap<Actor[]>(MAX_ENTRIES, MAX_AGE * 1000);
	return createAuthEndpoint(
		PATHS.typeahead,
		{
			method: "GET",
			query,
			metadata: {
				openapi: {
					operationId: "bskyTypeahead",
					description: "Accounts whose handle or name begins with what was typed",
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
			const { limit } = ctx.query;
			const q = ctx.query.q.trim().replace(/^@+/, "").toLowerCase();
			if (q === "") return ctx.json({ actors: [] });
			const key = `${limit} ${q}`;
			let actors = cache.get(key);
			if (!actors) {
				actors = await search(bsky, bsky.options.typeahead, q, limit);
				cache.set(key, actors);
			}
			ctx.setHeader("cache-control", `private, max-age=${MAX_AGE}`);
			return ctx.json({ actors });
		},
	);
};

async function search(
	bsky: Bsky,
	{ service }: { service: URL },
	q: string,
	limit: number,
): Promise<Actor[]> {
	const { searchActors } = await import("../identity/actors.ts");
	const { allowHttp, options } = bsky;
	try {
		return await searchActors(service, q, limit, { allowHttp, fetch: options.fetch });
	} catch (cause) {
		bsky.logFailure("Suggestions could not be had.", cause);
		throw apiError(new BskyError("SUGGESTIONS_UNAVAILABLE", { cause }));
	}
}
