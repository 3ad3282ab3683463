// Loaded before everything else: what the app of the README would ask of the internet is answered
// by a network on this machine, and everything else is refused. HANDLE is at home there.
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";

const { PLC_URL, APP_VIEW_URL, DID, HANDLE, LOCAL_HANDLE = HANDLE } = process.env;
const original = globalThis.fetch;

globalThis.fetch = async (input, init) => {
	const url = new URL(input instanceof Request ? input.url : input);
	if (url.host === HANDLE && url.pathname === "/.well-known/atproto-did") return new Response(DID);
	if (url.host === "plc.directory") {
		const response = await original(PLC_URL + url.pathname);
		const text = (await response.text()).replaceAll(`at://${LOCAL_HANDLE}`, `at://${HANDLE}`);
		return new Response(text, response);
	}
	if (APP_VIEW_URL && url.host === "public.api.bsky.app") {
		return original(APP_VIEW_URL + url.pathname + url.search, init);
	}
	if (["localhost", "127.0.0.1"].includes(url.hostname)) return original(input, init);
	throw new Error(`The app asked for ${url}`);
};

const notFound = async (name) => {
	throw Object.assign(new Error(`ENOTFOUND ${name}`), { code: "ENOTFOUND" });
};
dns.promises.resolveTxt = notFound;
dns.promises.Resolver.prototype.resolveTxt = notFound;
syncBuiltinESMExports();
