import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { toNodeHandler } from "better-auth/node";
import { CALLBACK, startApp } from "./app.ts";
import { startBare } from "./bare.ts";
import type { Addresses } from "./network.ts";

/** A web server around one of the sides, in a process of its own; says at which port it listens. */
const [side, ...urls] = process.argv.slice(2);
const [handleResolver = "", plcDirectoryUrl = ""] = urls;
const addresses: Addresses = { handleResolver, plcDirectoryUrl };

const server = createServer(side === "ours" ? await appListener() : bareListener());
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.once("disconnect", () => process.exit());

async function appListener(): Promise<RequestListener> {
	const { auth } = await startApp(addresses, "memory");
	return toNodeHandler(auth);
}

/** What the SDK's README makes of it: a route that redirects, and one that is come back to. */
function bareListener(): RequestListener {
	const bare = startBare(addresses);
	const routes: Record<string, (url: URL) => Promise<string>> = {
		"/login": async ({ searchParams }) => (await bare.begin(searchParams.get("handle") ?? "")).href,
		[new URL(CALLBACK).pathname]: async (url) => {
			await bare.arrive(url);
			return "/me";
		},
	};
	return async (request, response) => {
		const url = new URL(request.url ?? "/", CALLBACK);
		const location = await routes[url.pathname]?.(url).catch((error) => `/error?${error}`);
		response.writeHead(location ? 302 : 404, location ? { location } : {}).end();
	};
}
