import { createHash, X509Certificate } from "node:crypto";
import { createServer, type IncomingMessage, ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createProxyServer } from "httpxy";
import { generate } from "selfsigned";
import { closer, LOOPBACK, listening } from "../servers/listen.ts";

/** A public host name on this machine, once with TLS for browsers and once without for `fetch`. */
export interface OriginProxy {
	tlsPort: number;
	plainPort: number;
	/** PEM. */
	certificate: string;
	/** SHA-256 of the public key, base64, as Chromium wants it. */
	spki: string;
	close(): Promise<void>;
}

/**
 * Ends TLS for `hostname` with a certificate made on the spot, and hands everything, WebSockets
 * included, to `target`. The app sees the public name in `Host` and `X-Forwarded-Host`, and
 * `X-Forwarded-Proto: https`, as behind any other proxy.
 */
export async function startOriginProxy(hostname: string, target: string): Promise<OriginProxy> {
	const { cert, private: key } = await generate([{ name: "commonName", value: hostname }], {
		keyType: "ec",
		algorithm: "sha256",
		notAfterDate: new Date(Date.now() + 30 * 24 * 60 * 60 * 1000),
		extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: hostname }] }],
	});
	const proxy = createProxyServer({ target, ws: true });
	proxy.on("error", (error, _request, response) => {
		if (!(response instanceof ServerResponse)) {
			response?.destroy();
			return;
		}
		if (!response.headersSent) response.writeHead(502, { "content-type": "text/plain" });
		response.end(
			`https://${hostname} leads to ${target}, and nothing answers there: ${error.message}\n`,
		);
	});
	const forward = (request: IncomingMessage, response: ServerResponse) => {
		proxy.web(named(request, hostname), response).catch(() => {});
	};
	const secure = createSecureServer({ cert, key }, forward);
	secure.on("upgrade", (request, socket, head) => {
		const own = named(request, hostname);
		proxy.ws(own, socket as Parameters<typeof proxy.ws>[1], {}, head).catch(() => {});
	});
	const plain = createServer(forward);
	const closers = [closer(secure), closer(plain)];
	const publicKey = new X509Certificate(cert).publicKey.export({ type: "spki", format: "der" });
	return {
		tlsPort: await listening(secure.listen(0, LOOPBACK), `TLS for ${hostname}`, 0),
		plainPort: await listening(plain.listen(0, LOOPBACK), hostname, 0),
		certificate: cert,
		spki: createHash("sha256").update(publicKey).digest("base64"),
		async close() {
			await Promise.all(closers.map((close) => close()));
			proxy.close();
		},
	};
}

/** Replaces what the request says of where it came from: what a client claims is not handed on. */
function named(request: IncomingMessage, hostname: string): IncomingMessage {
	Object.assign(request.headers, {
		host: hostname,
		"x-forwarded-for": LOOPBACK,
		"x-forwarded-host": hostname,
		"x-forwarded-port": "443",
		"x-forwarded-proto": "https",
	});
	return request;
}
