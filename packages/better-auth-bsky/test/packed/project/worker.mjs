// `wrangler dev` in the folder of an app, on PORT: the same but for where its worker's requests go,
// which is the network of local-network.mjs, to be loaded before.
import { createRequire } from "node:module";
import { join } from "node:path";

const requireThere = createRequire(join(process.cwd(), "wrangler.jsonc"));
const { unstable_startWorker: startWorker } = requireThere("wrangler");

/** No name is known to the name servers that a worker asks by https. */
const isDns = (url) => new URL(url).pathname === "/dns-query";

await startWorker({
	config: "wrangler.jsonc",
	dev: {
		server: { hostname: "localhost", port: Number(process.env.PORT) },
		watch: false,
		outboundService: async ({ url, method, headers, body }) => {
			if (isDns(url)) return Response.json({ Status: 3 });
			return fetch(url, { method, headers, body, duplex: "half", redirect: "manual" });
		},
	},
});
