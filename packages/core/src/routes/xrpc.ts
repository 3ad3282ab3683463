import type { GenericEndpointContext } from "better-auth";
import { createAuthEndpoint, getSessionFromCtx, isAPIError } from "better-auth/api";
import { refusalOf } from "../base/api-error.ts";
import { isDid } from "../base/did.ts";
import { XRPC_PATH } from "../base/paths.ts";
import type { Bsky, BskyPlugin } from "../bsky.ts";
import { BskyError, type BskyErrorCode, toBskyError } from "../errors.ts";
import type { BskySessionRow } from "../schema.ts";
import { requireMayAct } from "../sessions/may-act.ts";
import { type Asker, requireOwnRow } from "../sessions/whose.ts";
import { requireAllowed, ruleOf } from "../xrpc/allowed.ts";
import { refused } from "../xrpc/answers.ts";
import { overRate } from "../xrpc/call-rate.ts";
import { callsAtOnce } from "../xrpc/calls-at-once.ts";
import { relay } from "../xrpc/relay.ts";
import { dropped } from "../xrpc/upload.ts";
import type { CallKind, MethodRule, ResolvedXrpc } from "../xrpc-options.ts";
import { certainSession } from "./cached-session.ts";
import { answers } from "./openapi.ts";
import { describeFailure } from "./outcome.ts";
import { unauthorized } from "./unauthorized.ts";
import { withCors } from "./xrpc-cors.ts";
import { isFromElsewhere } from "./xrpc-sites.ts";

/**
 * Calls a method at the server of the person who is signed in, as far as the app's `xrpc.allow` lets a
 * browser. What comes back, refusals included, is in the shape that clients of XRPC read.
 */
export const bskyXrpc = (plugin: BskyPlugin) =>
	createAuthEndpoint(
		`${XRPC_PATH}/:nsid`,
		{
			method: ["GET", "POST"],
			requireHeaders: true,
			requireRequest: true,
			// A body goes through as it comes, of any type and size.
			disableBody: true,
			metadata: {
				scope: "http",
				openapi: {
					operationId: "bskyXrpc",
					description:
						"Call an XRPC method at the signed-in user's server; with the header x-bsky-did as another DID of theirs",
					responses: answers("What the server answers"),
				},
			},
		},
		async (ctx): Promise<Response> => {
			const bsky = plugin.at(ctx.context);
			const { xrpc } = bsky.options;
			if (!xrpc) throw ctx.error("NOT_FOUND");
			const { request, params } = ctx;
			const response = await answer({ ...ctx, request, params }, bsky, xrpc);
			// Whoever is still sending wants to read why.
			if (request.body && !request.body.locked) void dropped(request.body, xrpc);
			return withCors(ctx, response);
		},
	);

type Context = GenericEndpointContext & { request: Request; params: { nsid: string } };

async function answer(ctx: Context, bsky: Bsky, xrpc: ResolvedXrpc): Promise<Response> {
	try {
		return await made(ctx, bsky, xrpc);
	} catch (error) {
		if (isAPIError(error)) {
			await describeFailure(bsky, error);
			return refused(error);
		}
		const failure = toBskyError(error);
		if (failure.code === "INTERNAL_SERVER_ERROR") {
			bsky.logFailure("call_failed", error);
		}
		await describeFailure(bsky, failure);
		return refusedAs(failure.code);
	}
}

const refusedAs = (code: BskyErrorCode, retryAfter?: number): Response =>
	refused(refusalOf(new BskyError(code)), retryAfter);

async function made(ctx: Context, bsky: Bsky, xrpc: ResolvedXrpc): Promise<Response> {
	const { request, params } = ctx;
	const { nsid } = params;
	if (isFromElsewhere(ctx)) throw new BskyError("CROSS_SITE_REQUEST");
	const rule = ruleOf(xrpc, nsid);
	if (rule === null) throw new BskyError("METHOD_NOT_ALLOWED");
	const service = request.headers.get("atproto-proxy");
	if (service !== null && !xrpc.services.includes(service)) {
		throw new BskyError("METHOD_NOT_ALLOWED");
	}
	// A cookie may remember a session that was ended elsewhere: it reads on for a while, and changes nothing.
	const isRead = request.method === "GET";
	const found = await (isRead ? getSessionFromCtx : certainSession)(ctx);
	if (!found) throw unauthorized(ctx);
	const { user, session } = found;
	requireMayAct(bsky, session);
	const retryAfter = await overLimits(bsky, xrpc, user.id, kindOf(request));
	if (retryAfter !== null) return refusedAs("TOO_MANY_CALLS", retryAfter);
	const row = await actingRow(bsky, { user, session }, request.headers.get("x-bsky-did"));
	if (rule === "asks") {
		const method = request.method === "GET" ? "GET" : "POST";
		await requireAllowed(bsky, xrpc, { nsid, method, did: row.did, user, service });
	}
	const end = await callsAtOnce(bsky.memory).begin(user.id, xrpc);
	if (!end) return refusedAs("TOO_MANY_CALLS", 1);
	const own: MethodRule = rule === "asks" ? {} : rule;
	return relay(bsky, xrpc, { nsid, rule: own, row, request }, end);
}

/** The session that acts: of the DID that the request names, or of the one that their session acts as. */
function actingRow(bsky: Bsky, asker: Asker, named: string | null): Promise<BskySessionRow> {
	if (named !== null && !isDid(named)) throw new BskyError("NOT_LINKED");
	return requireOwnRow(bsky, asker, named ?? undefined);
}

const isJson = (type: string | null) =>
	/^application\/json\s*(?:;|$)/i.test(type ?? "application/json");

function kindOf({ method, headers }: Request): CallKind {
	if (method === "GET") return "read";
	return isJson(headers.get("content-type")) ? "write" : "upload";
}

/** @returns in how many seconds to come again; null where the call may be made */
async function overLimits(
	{ context, memory }: Bsky,
	{ rateLimit }: ResolvedXrpc,
	userId: string,
	kind: CallKind,
): Promise<number | null> {
	if (!rateLimit) return null;
	return overRate(context, memory.calls, `${kind}|${userId}`, rateLimit[kind]);
}
