import { request as httpRequest, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";

/** Brings a request to the app and returns its answer, redirects unfollowed. */
export type Send = (request: Request) => Promise<Response>;

/**
 * A browser as far as HTTP goes, in front of an app with better-auth: cookies per host, an Origin,
 * and redirects taken one by one.
 */
export class HttpBrowser {
	readonly origin: string;
	readonly #send: Send;
	readonly #cookies = new Map<string, Map<string, string>>();

	/** @param send the app's own handler, or {@link sendTo} */
	constructor(origin: string, send: Send) {
		this.origin = origin;
		this.#send = send;
	}

	async fetch(input: string | URL, init: RequestInit = {}): Promise<Response> {
		const url = new URL(input, this.origin);
		const jar = this.#jar(url);
		const headers = new Headers(init.headers);
		headers.set("host", url.host);
		if (jar.size > 0) headers.set("cookie", cookieOf(jar));
		if (init.method && init.method !== "GET" && !headers.has("origin")) {
			headers.set("origin", this.origin);
		}
		const response = await this.#send(new Request(url, { ...init, headers }));
		for (const line of response.headers.getSetCookie()) keep(jar, line);
		return response;
	}

	#jar({ host }: URL): Map<string, string> {
		const jar = this.#cookies.get(host) ?? new Map<string, string>();
		this.#cookies.set(host, jar);
		return jar;
	}

	/** What the app's own host has set. */
	get cookies(): ReadonlyMap<string, string> {
		return this.#jar(new URL(this.origin));
	}

	/** The same as a request's header. */
	get cookie(): string {
		return cookieOf(this.cookies);
	}

	setCookie(name: string, value: string): void {
		this.#jar(new URL(this.origin)).set(name, value);
	}

	/** Does what a `Set-Cookie` of the app's own host says. */
	keepCookie(line: string): void {
		keep(this.#jar(new URL(this.origin)), line);
	}

	post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
		return this.fetch(`/api/auth${path}`, {
			method: "POST",
			headers: { "content-type": "application/json", ...headers },
			body: JSON.stringify(body),
		});
	}

	get(path: string): Promise<Response> {
		return this.fetch(`/api/auth${path}`);
	}

	async json(path: string): Promise<Record<string, unknown>> {
		return (await (await this.get(path)).json()) as Record<string, unknown>;
	}

	/** Begins a sign-in; returns the authorization URL. */
	async begin(handle: string, body: Record<string, unknown> = {}): Promise<string> {
		const response = await this.post("/bsky/sign-in", { handle, callbackURL: "/me", ...body });
		const answer = (await response.json()) as { url?: string };
		if (!answer.url) throw new Error(`sign-in: ${response.status} ${JSON.stringify(answer)}`);
		return answer.url;
	}

	/** Goes where a callback leads; returns the address at the end of all redirects in the app. */
	async arrive(callback: URL): Promise<URL> {
		let url = callback;
		for (let hops = 0; hops < 5; hops++) {
			const response = await this.fetch(url);
			const location = response.headers.get("location");
			if (!location) throw new Error(`no redirect from ${url}: ${response.status}`);
			url = new URL(location, url);
			if (!url.pathname.endsWith("/bsky/callback")) return url;
		}
		throw new Error("too many redirects");
	}

	/** Signs up with e-mail and password. */
	async signUpWithEmail(email: string): Promise<void> {
		const body = { email, password: "a-password", name: "E" };
		const response = await this.post("/sign-up/email", body);
		if (!response.ok) throw new Error(`sign-up: ${response.status} ${await response.text()}`);
	}

	/** The user who is signed in, or null. */
	async user(): Promise<Record<string, unknown> | null> {
		const session = (await (await this.get("/get-session")).json()) as {
			user: Record<string, unknown>;
		} | null;
		return session?.user ?? null;
	}
}

const cookieOf = (jar: ReadonlyMap<string, string>): string =>
	[...jar].map(([name, value]) => `${name}=${value}`).join("; ");

function keep(jar: Map<string, string>, line: string): void {
	const [pair = ""] = line.split(";", 1);
	const at = pair.indexOf("=");
	if (/max-age=0/i.test(line)) jar.delete(pair.slice(0, at));
	else jar.set(pair.slice(0, at), pair.slice(at + 1));
}

/**
 * Sends to where the server listens, whatever names lead to it. `fetch` can't: the Host it sends is
 * always the target's.
 *
 * @param keepAlive whether connections are used again: one may be closed at the moment that it is
 */
export const sendTo =
	(target: string, keepAlive = true): Send =>
	async (request) => {
		const { pathname, search } = new URL(request.url);
		const body = Buffer.from(await request.arrayBuffer());
		const { method, signal } = request;
		// As browsers do: of a GET with a length, even of 0, some servers would read the body.
		const length = method === "GET" ? {} : { "content-length": body.length };
		const headers = { ...Object.fromEntries(request.headers), ...length };
		const url = new URL(pathname + search, target);
		const agent = keepAlive ? {} : { agent: false };
		const answer = await new Promise<IncomingMessage>((resolve, reject) => {
			httpRequest(url, { method, headers, signal, ...agent }, resolve)
				.on("error", reject)
				.end(body);
		});
		const status = answer.statusCode ?? 0;
		const response = new Response([204, 304].includes(status) ? null : await buffer(answer), {
			status,
		});
		for (let at = 0; at < answer.rawHeaders.length; at += 2) {
			response.headers.append(answer.rawHeaders[at] ?? "", answer.rawHeaders[at + 1] ?? "");
		}
		return response;
	};
