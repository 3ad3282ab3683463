import type { StandardSchemaV1 } from "better-auth";
import { createAuthEndpoint } from "better-auth/api";
import { z } from "zod";
import { type Bsky, logFailure } from "../context.ts";
import { BskyError } from "../errors.ts";
import { ExpiringMap } from "../expiring-map.ts";
import type { Actor } from "../identity/actors.ts";
import { apiError } from "./navigation.ts";

/** How long an answer is reused, here and in the browser, in seconds. */
const MAX_AGE = 60;
const MAX_ENTRIES = 500;

const DEFAULT_LIMIT = 6;

type Query = StandardSchemaV1<{ q: string; limit?: unknown }, { q: string; limit: number }>;

const query: Query = z.object({
	q: z.string().max(253),
	limit: z.coerce.number().int().min(1).max(10).default(DEFAULT_LIMIT),
});

/**
 * Suggests accounts while a person types their handle. The browser asks this app, not a third
 * party: nobody else learns who types what from where.
 */
export const bskyTypeahead = (bsky: Bsky) => {
	const cache = new ExpiringMap<Actor[]>(MAX_ENTRIES, MAX_AGE * 1000);
	return createAuthEndpoint(
		"/bsky/typeahead",
		{
			method: "GET",
			query,
			metadata: {
				openapi: {
					operationId: "bskyTypeahead",
					description: "Accounts whose handle or name begins with what was typed",
					responses: {
						200: {
							description: "Suggestions, the best first",
							content: {
								"application/json": {
									schema: {
										type: "object",
										properties: {
											actors: {
												type: "array",
												items: {
													type: "object",
													required: ["did", "handle"],
													properties: {
														did: { type: "string" },
														handle: { type: "string" },
														displayName: { type: "string" },
														avatar: { type: "string" },
													},
												},
											},
										},
									},
								},
							},
						},
					},
				},
			},
		},
		async (ctx): Promise<{ actors: Actor[] }> => {
			const { typeahead, fetch } = bsky.options;
			if (!typeahead) throw ctx.error("NOT_FOUND");
			const { limit } = ctx.query;
			const q = ctx.query.q.trim().replace(/^@+/, "").toLowerCase();
			if (q === "") return ctx.json({ actors: [] });
			const key = `${limit} ${q}`;
			let actors = cache.get(key);
			if (!actors) {
				const allowHttp = bsky.allowHttp(ctx.context);
				const { searchActors } = await import("../identity/actors.ts");
				try {
					actors = await searchActors(typeahead.service, q, limit, { allowHttp, fetch });
				} catch (cause) {
					logFailure(ctx.context, "Suggestions could not be had.", cause);
					throw apiError(new BskyError("SUGGESTIONS_UNAVAILABLE", { cause }));
				}
				cache.set(key, actors);
			}
			ctx.setHeader("cache-control", `private, max-age=${MAX_AGE}`);
			return ctx.json({ actors });
		},
	);
};
