import type { RequestListener } from "node:http";
import { schemas } from "@atproto/api";
import { createServer } from "@atproto/xrpc-server";
import type { Pds } from "../servers/pds.ts";
import { serviceAuth } from "./auth.ts";
import { serveImage } from "./images.ts";
import { METHODS } from "./methods.ts";
import { Repos } from "./repos.ts";
import { Views } from "./views.ts";

/** What the stand-in is made for. */
export interface StandInConfig {
	did: string;
	url: string;
	plcUrl: string;
	/** Read at every request, so a PDS added later is seen. */
	pdses: readonly Pds[];
}

/**
 * A small AppView: answers what apps ask first, from what the servers of the network publish. It is
 * our own work, not the reference implementation; one suite of tests puts the same questions to both.
 */
export function standIn({ did, url, plcUrl, pdses }: StandInConfig): RequestListener {
	const repos = new Repos(pdses, plcUrl);
	const auth = serviceAuth(did, plcUrl);
	const xrpc = createServer(schemas);
	for (const [nsid, { needsAuth = false, answer }] of Object.entries(METHODS))
		xrpc.method(nsid, {
			auth: auth(needsAuth),
			handler: async ({ params, auth }) => {
				const viewer = auth.credentials.did;
				const views = new Views(await repos.read(), viewer, `${url}/img`);
				return {
					encoding: "application/json",
					body: answer(views, params, viewer),
				};
			},
		});
	const answer: RequestListener = xrpc.router;
	const document = {
		"@context": ["https://www.w3.org/ns/did/v1"],
		id: did,
		service: [{ id: "#bsky_appview", type: "BskyAppView", serviceEndpoint: url }],
	};
	return async (request, response) => {
		response.setHeader("access-control-allow-origin", "*");
		if (request.method === "OPTIONS") {
			response.setHeader("access-control-allow-headers", "*, authorization");
			response.writeHead(204).end();
			return;
		}
		if (request.url === "/.well-known/did.json") {
			response.setHeader("content-type", "application/json");
			response.end(JSON.stringify(document));
			return;
		}
		if (await serveImage(pdses, request, response)) return;
		answer(request, response);
	};
}
