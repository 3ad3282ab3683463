import { createServer, type RequestListener, request } from "node:http";
import type { AddressInfo } from "node:net";
import { toNodeHandler } from "better-auth/node";
import { startApp } from "./app.ts";
import { DOWN, UP } from "./transfer-methods.ts";

/**
 * A web server in a process of its own, which hands on what comes: an app with `/bsky/xrpc`, the barest
 * there is, or what better-auth's handler for Node and `fetch` do by themselves. Says at which port it
 * listens, and from one message to the next how much it has grown.
 */
const [side, handleResolver = "", plcDirectoryUrl = "", upstream = ""] = process.argv.slice(2);

const SIZE = 512 * 1024 * 1024;

async function appListener(): Promise<RequestListener> {
	const xrpc = { allow: [UP, DOWN], maxUploadSize: SIZE, maxDownloadSize: SIZE };
	const { auth } = await startApp({ handleResolver, plcDirectoryUrl, xrpc }, "memory");
	return toNodeHandler(auth);
}

const bareListener: RequestListener = (incoming, response) => {
	const { method, headers, url = "/" } = incoming;
	const outgoing = request(new URL(url.replace(/^.*\/bsky/, ""), upstream), { method, headers });
	outgoing.on("response", (answer) => {
		response.writeHead(answer.statusCode ?? 502, answer.headers);
		answer.pipe(response);
	});
	incoming.pipe(outgoing);
};

const webListener: RequestListener = toNodeHandler(({ url, method, headers, body }: Request) =>
	fetch(new URL(url.replace(/^.*\/bsky/, ""), upstream), {
		...{ method, body, duplex: "half" },
		headers: { "content-type": headers.get("content-type") ?? "" },
	}),
);

const listenerOf = (): RequestListener | Promise<RequestListener> => {
	if (side === "ours") return appListener();
	return side === "web" ? webListener : bareListener;
};

const server = createServer(await listenerOf());
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.once("disconnect", () => process.exit());

let [base, peak] = [0, 0];
setInterval(() => {
	peak = Math.max(peak, process.memoryUsage.rss());
}, 5).unref();
process.on("message", () => {
	process.send?.(peak - base);
	global.gc?.();
	base = peak = process.memoryUsage.rss();
});
