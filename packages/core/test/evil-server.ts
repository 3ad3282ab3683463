import { randomBytes, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Directories } from "./kit.ts";

/** What a server answers; an object as body goes out as JSON, anything else as it is. */
export interface Answer {
	status?: number;
	headers?: Record<string, string>;
	body?: unknown;
}

/** A request that a server got. */
export interface Received {
	method: string;
	path: string;
	query: URLSearchParams;
	headers: IncomingMessage["headers"];
	/** The fields of a form. */
	form: URLSearchParams;
}

/** The places where a server may deviate from the protocol. */
export type Part =
	| "didDocument"
	| "handle"
	| "resource"
	| "metadata"
	| "par"
	| "token"
	| "revoke"
	| "profile"
	| "record"
	| "server"
	| "session";

type Json = Record<string, unknown>;

/** Fields laid over the honest answer (undefined removes one), or another answer altogether. */
export type Deviation = Json | ((honest: Json, request: Received) => Answer);

/**
 * A PDS, its authorization server and the identity of its one account, all in one hand: whoever
 * runs it can answer as they like. It keeps to the protocol but for its `deviations`.
 */
export class EvilServer {
	readonly origin: string;
	readonly did: string;
	readonly handle: string;
	deviations: Partial<Record<Part, Deviation>> = {};
	/** What answers each method of `xyz.evil` and each upload by itself, body and all. */
	xrpc: ((request: IncomingMessage, response: ServerResponse) => unknown) | undefined;
	/** What an answer waits for. */
	hold: ((request: Received) => Promise<void>) | undefined;
	/** Whether a connection serves several requests. */
	keepAlive = true;
	readonly received: Received[] = [];
	/** The last request that was pushed to it, of which the state is worth most. */
	pushed = new URLSearchParams();
	/** Codes and tokens it has given out. */
	readonly secrets: string[] = [];

	constructor(origin: string, options: { did?: string; handle?: string } = {}) {
		this.origin = origin;
		this.did = options.did ?? newDid();
		this.handle = options.handle ?? "mallory.test";
	}

	get didDocument(): Json {
		return {
			"@context": ["https://www.w3.org/ns/did/v1"],
			id: this.did,
			alsoKnownAs: [`at://${this.handle}`],
			service: [
				{
					id: "#atproto_pds",
					type: "AtprotoPersonalDataServer",
					serviceEndpoint: this.origin,
				},
			],
		};
	}

	/** What a browser is sent back with when the person at this server approves. */
	approve(authorizationUrl: string, changes: Record<string, string | undefined> = {}): URL {
		if (!authorizationUrl.startsWith(this.origin)) throw new Error(`not here: ${authorizationUrl}`);
		const callback = new URL(this.pushed.get("redirect_uri") ?? "");
		const response = {
			code: this.#secret("cod"),
			state: this.pushed.get("state") ?? undefined,
			iss: this.origin,
			...changes,
		};
		for (const [name, value] of Object.entries(response)) {
			if (value !== undefined) callback.searchParams.set(name, value);
		}
		return callback;
	}

	/** Whether a request for `path` came. */
	asked(path: string): boolean {
		return this.received.some((request) => request.path === path);
	}

	/** An answer as node:http wants it. */
	readonly listener = async (request: IncomingMessage, response: ServerResponse) => {
		const url = new URL(request.url ?? "/", this.origin);
		if (this.xrpc && /^\/xrpc\/(xyz\.evil\.|com\.atproto\.repo\.[^g])/.test(url.pathname)) {
			this.xrpc(request, response);
			return;
		}
		let text = "";
		for await (const chunk of request) text += chunk;
		const received: Received = {
			method: request.method ?? "GET",
			path: decodeURIComponent(url.pathname),
			query: url.searchParams,
			headers: request.headers,
			form: new URLSearchParams(text),
		};
		this.received.push(received);
		await this.hold?.(received);
		const { status = 200, headers = {}, body } = this.#answer(received);
		const isJson = typeof body === "object" && !Buffer.isBuffer(body);
		response.writeHead(status, {
			"content-type": isJson ? "application/json" : "text/plain",
			"cache-control": "no-store",
			...(this.keepAlive ? {} : { connection: "close" }),
			...headers,
		});
		response.end(isJson ? JSON.stringify(body) : body);
	};

	#answer(request: Received): Answer {
		switch (request.path) {
			case `/${this.did}`:
			case "/.well-known/did.json":
				return this.#part("didDocument", this.didDocument, request);
			case "/.well-known/atproto-did": {
				const { handle } = this.deviations;
				return typeof handle === "function" ? handle({}, request) : { body: this.did };
			}
			case "/xrpc/com.atproto.identity.resolveHandle":
				if (request.query.get("handle") !== this.handle) break;
				return this.#part("handle", { did: this.did }, request);
			case "/.well-known/oauth-protected-resource":
				return this.#part(
					"resource",
					{ resource: this.origin, authorization_servers: [this.origin] },
					request,
				);
			case "/.well-known/oauth-authorization-server":
				return this.#part("metadata", this.#metadata(), request);
			case "/oauth/par":
				this.pushed = request.form;
				return this.#part(
					"par",
					{ request_uri: `urn:ietf:params:oauth:request_uri:${randomUUID()}`, expires_in: 60 },
					request,
					201,
				);
			case "/oauth/token":
				return this.#part("token", this.#tokens(), request);
			case "/oauth/revoke":
				return this.#part("revoke", {}, request);
			case "/xrpc/app.bsky.actor.getProfile":
				return this.#part(
					"profile",
					{ did: this.did, handle: this.handle, displayName: "Mallory" },
					request,
				);
			case "/xrpc/com.atproto.repo.getRecord":
				return this.#part("record", { uri: "", value: { displayName: "Mallory" } }, request);
			case "/xrpc/com.atproto.server.getSession":
				return this.#part("session", { did: this.did, handle: this.handle }, request);
			case "/xrpc/com.atproto.server.describeServer":
				return this.#part(
					"server",
					{ did: "did:web:localhost", availableUserDomains: [] },
					request,
				);
		}
		return { status: 404, body: { error: "NotFound", message: "Nothing here" } };
	}

	#part(part: Part, honest: Json, request: Received, status = 200): Answer {
		const deviation = this.deviations[part];
		if (typeof deviation === "function") return deviation(honest, request);
		return { status, body: { ...honest, ...deviation } };
	}

	#metadata(): Json {
		return {
			issuer: this.origin,
			authorization_endpoint: `${this.origin}/oauth/authorize`,
			token_endpoint: `${this.origin}/oauth/token`,
			revocation_endpoint: `${this.origin}/oauth/revoke`,
			pushed_authorization_request_endpoint: `${this.origin}/oauth/par`,
			require_pushed_authorization_requests: true,
			response_types_supported: ["code"],
			grant_types_supported: ["authorization_code", "refresh_token"],
			code_challenge_methods_supported: ["S256"],
			token_endpoint_auth_methods_supported: ["none", "private_key_jwt"],
			token_endpoint_auth_signing_alg_values_supported: ["ES256"],
			dpop_signing_alg_values_supported: ["ES256"],
			scopes_supported: ["atproto", "transition:generic"],
			authorization_response_iss_parameter_supported: true,
			client_id_metadata_document_supported: true,
		};
	}

	#tokens(): Json {
		return {
			access_token: this.#secret("acc"),
			refresh_token: this.#secret("ref"),
			token_type: "DPoP",
			scope: "atproto transition:generic",
			expires_in: 3600,
			sub: this.did,
		};
	}

	#secret(kind: string): string {
		const secret = `${kind}-${randomBytes(24).toString("base64url")}`;
		this.secrets.push(secret);
		return secret;
	}
}

/** A did:plc that nobody has. */
export function newDid(): string {
	const letters = "abcdefghijklmnopqrstuvwxyz234567";
	const id = [...randomBytes(24)].map((byte) => letters[byte % 32]).join("");
	return `did:plc:${id}`;
}

/** An evil server on a port of this machine, for an app in development mode. */
export async function startEvilServer(options?: { did?: string; handle?: string }) {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
	const { port } = server.address() as AddressInfo;
	const evil = new EvilServer(`http://127.0.0.1:${port}`, options);
	server.on("request", evil.listener);
	const close = () => {
		server.closeAllConnections();
		return new Promise<void>((resolve) => server.close(() => resolve()));
	};
	return Object.assign(evil, { close });
}

/**
 * The PLC directory and handle resolver of a world with evil servers in it: they answer for their
 * own identity, a network, if there is one, for all others.
 */
export async function startDirectories(evil: readonly EvilServer[], network?: Directories) {
	const server = createServer(async (request, response) => {
		const path = decodeURIComponent(request.url ?? "/");
		const own = evil.find(({ did, handle }) => path.includes(did) || path.endsWith(`=${handle}`));
		if (own) return own.listener(request, response);
		const isHandle = path.startsWith("/xrpc/");
		const next = isHandle ? network?.handleResolverUrl : network?.plcUrl;
		if (!next) {
			response.writeHead(isHandle ? 400 : 404, { "content-type": "application/json" });
			return response.end(
				JSON.stringify({ error: "InvalidRequest", message: "Unable to resolve handle" }),
			);
		}
		const answer = await fetch(new URL(request.url ?? "/", next));
		response.writeHead(answer.status, {
			"content-type": answer.headers.get("content-type") ?? "application/json",
		});
		response.end(Buffer.from(await answer.arrayBuffer()));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		handleResolverUrl: url,
		plcUrl: url,
		close: () => {
			server.closeAllConnections();
			return new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}
