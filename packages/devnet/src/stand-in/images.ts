import type { IncomingMessage, ServerResponse } from "node:http";
import type { Pds } from "../servers/pds.ts";

const PATH = /^\/img\/[a-z_]+\/plain\/(did:[^/]+)\/([a-z0-9]+)(?:@[a-z]+)?$/;

/**
 * Serves a blob at the address the views give for it, unscaled, whatever the preset. Answers `false`
 * when the address isn't one of a picture.
 */
export async function serveImage(
	pdses: readonly Pds[],
	request: IncomingMessage,
	response: ServerResponse,
): Promise<boolean> {
	const [, did, cid] = PATH.exec((request.url ?? "").split("?")[0] ?? "") ?? [];
	if (!did || !cid) return false;
	for (const pds of pdses) {
		const url = new URL("/xrpc/com.atproto.sync.getBlob", pds.url);
		url.search = new URLSearchParams({ did, cid }).toString();
		const blob = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
		const type = blob?.headers.get("content-type") ?? "";
		// A blob is what its owner says it is: only pictures may come from here.
		if (!blob?.ok || !/^image\/(png|jpeg|webp|gif)$/.test(type)) {
			await blob?.body?.cancel();
			continue;
		}
		response.writeHead(200, {
			"content-type": type,
			"cache-control": "public, max-age=604800",
			"access-control-allow-origin": "*",
			"content-security-policy": "default-src 'none'; sandbox",
			"x-content-type-options": "nosniff",
		});
		response.end(Buffer.from(await blob.arrayBuffer()));
		return true;
	}
	response.writeHead(404, { "content-type": "application/json" });
	response.end(JSON.stringify({ error: "NotFound", message: "Image not found" }));
	return true;
}
