import { createHash, randomBytes, randomUUID } from "node:crypto";
import { JoseKey } from "@atproto/jwk-jose";
import { type Account, approve } from "../src/index.ts";

const REDIRECT_URI = "http://127.0.0.1:3000/callback";
const SCOPE = "atproto transition:generic";

/** What came back, read. */
export interface Read {
	status: number;
	headers: Headers;
	text: string;
	/** The fields of a JSON object. */
	fields: Record<string, unknown>;
}

export interface Tokens {
	access: string;
	refresh: string;
	/** The whole answer. */
	answer: Read;
}

export interface RawClientOptions {
	/** Requests come back to the last one. */
	redirectUris?: readonly string[];
	scope?: string;
}

/** An OAuth client that shows everything which goes over the wire, and decides nothing by itself. */
export class RawClient {
	readonly #origin: string;
	readonly #key: JoseKey;
	readonly #clientId: string;
	readonly redirectUri: string;
	/** The last one that the server sent. */
	nonce: string | undefined;
	/** How many requests were answered with `use_dpop_nonce`. */
	refusedNonces = 0;

	readonly #scope: string;

	private constructor(
		origin: string,
		key: JoseKey,
		{ redirectUris = [REDIRECT_URI], scope = SCOPE }: RawClientOptions,
	) {
		this.#origin = origin;
		this.#key = key;
		this.redirectUri = redirectUris.at(-1) ?? REDIRECT_URI;
		this.#scope = scope;
		const parameters = new URLSearchParams({ scope });
		for (const uri of redirectUris) parameters.append("redirect_uri", uri);
		this.#clientId = `http://localhost?${parameters}`;
	}

	static async make(origin: string, options: RawClientOptions = {}): Promise<RawClient> {
		return new RawClient(origin, await JoseKey.generate(["ES256"]), options);
	}

	/** Asks, and asks again where the server only wants a nonce. */
	async ask(path: string, form?: Record<string, string>, token?: string): Promise<Read> {
		const first = await this.once(path, form, token);
		if (!/use_dpop_nonce/.test(first.text)) return first;
		this.refusedNonces++;
		return this.once(path, form, token);
	}

	async once(
		path: string,
		form?: Record<string, string>,
		token?: string,
		{ iat = Date.now() / 1000, headers = {} }: { iat?: number; headers?: object } = {},
	): Promise<Read> {
		const url = new URL(path, this.#origin);
		const method = form ? "POST" : "GET";
		const dpop = await this.#proof(method, url, token, iat);
		const response = await fetch(url, {
			method,
			headers: { dpop, ...(token && { authorization: `DPoP ${token}` }), ...headers },
			...(form && { body: new URLSearchParams({ client_id: this.#clientId, ...form }) }),
		});
		this.nonce = response.headers.get("dpop-nonce") ?? this.nonce;
		const text = await response.text();
		const isJson = response.headers.get("content-type")?.startsWith("application/json");
		const { status } = response;
		return { status, headers: response.headers, text, fields: isJson ? JSON.parse(text) : {} };
	}

	async #proof(method: string, url: URL, token: string | undefined, iat: number): Promise<string> {
		const { bareJwk } = this.#key;
		if (!bareJwk) throw new Error("The key has no public part.");
		const ath = token && createHash("sha256").update(token).digest("base64url");
		return this.#key.createJwt(
			{ alg: "ES256", typ: "dpop+jwt", jwk: bareJwk },
			{
				iat: Math.floor(iat),
				jti: randomUUID(),
				htm: method,
				htu: url.origin + url.pathname,
				...(this.nonce && { nonce: this.nonce }),
				...(ath && { ath }),
			},
		);
	}

	readonly #verifier = randomBytes(32).toString("base64url");

	par(): Promise<Read> {
		return this.ask("/oauth/par", {
			response_type: "code",
			redirect_uri: this.redirectUri,
			scope: this.#scope,
			state: "the-state",
			code_challenge: createHash("sha256").update(this.#verifier).digest("base64url"),
			code_challenge_method: "S256",
		});
	}

	/** Where the person is sent back to. */
	async authorize(account: Account, deny = false): Promise<URL> {
		const { fields } = await this.par();
		const page = new URL("/oauth/authorize", this.#origin);
		page.searchParams.set("client_id", this.#clientId);
		page.searchParams.set("request_uri", String(fields.request_uri));
		return approve(page, { account, deny });
	}

	exchange(code: string): Promise<Read> {
		return this.ask("/oauth/token", {
			grant_type: "authorization_code",
			code,
			code_verifier: this.#verifier,
			redirect_uri: this.redirectUri,
		});
	}

	async signIn(account: Account): Promise<Tokens> {
		const back = await this.authorize(account);
		return tokensOf(await this.exchange(back.searchParams.get("code") ?? ""));
	}

	refresh(refresh_token: string): Promise<Read> {
		return this.ask("/oauth/token", { grant_type: "refresh_token", refresh_token });
	}

	/** New tokens of the session that has these; undefined where it has ended. */
	async renew(tokens: Tokens): Promise<Tokens | undefined> {
		const answer = await this.refresh(tokens.refresh);
		if (answer.status !== 200) return undefined;
		return { ...tokensOf(answer), refresh: String(answer.fields.refresh_token ?? tokens.refresh) };
	}

	revoke(token: string): Promise<Read> {
		return this.ask("/oauth/revoke", { token });
	}

	/** A call that any session may make. */
	call(access: string): Promise<Read> {
		return this.ask("/xrpc/com.atproto.server.getSession", undefined, access);
	}
}

export const tokensOf = (answer: Read): Tokens => ({
	access: String(answer.fields.access_token),
	refresh: String(answer.fields.refresh_token),
	answer,
});
