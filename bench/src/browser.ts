type Handler = (request: Request) => Promise<Response>;

/** A browser with one cookie jar whose requests go straight to the app's handler. */
export class Browser {
	readonly #handler: Handler;
	readonly #origin: string;
	readonly #cookies = new Map<string, string>();

	constructor(origin: string, handler: Handler) {
		this.#origin = origin;
		this.#handler = handler;
	}

	get cookie(): string {
		return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
	}

	set cookie(pair: string) {
		const at = pair.indexOf("=");
		this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
	}

	get(url: string | URL): Promise<Response> {
		return this.#send(url, { method: "GET" });
	}

	post(path: string, body: unknown): Promise<Response> {
		return this.#send(path, {
			method: "POST",
			headers: { "content-type": "application/json", origin: this.#origin },
			body: JSON.stringify(body),
		});
	}

	async #send(path: string | URL, init: RequestInit): Promise<Response> {
		const url =
			typeof path === "string" ? new URL(`/api/auth${path}`, this.#origin) : new URL(path);
		const headers = new Headers(init.headers);
		headers.set("host", url.host);
		if (this.#cookies.size > 0) headers.set("cookie", this.cookie);
		const response = await this.#handler(new Request(url, { ...init, headers }));
		for (const line of response.headers.getSetCookie()) {
			const [pair = ""] = line.split(";", 1);
			const at = pair.indexOf("=");
			if (/max-age=0/i.test(line)) this.#cookies.delete(pair.slice(0, at));
			else this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
		}
		return response;
	}

	/** Begins a sign-in; returns the authorization URL. */
	async begin(handle: string): Promise<string> {
		const response = await this.post("/bsky/sign-in", { handle, callbackURL: "/me" });
		const answer = (await response.json()) as { url?: string };
		if (!answer.url) throw new Error(`sign-in: ${response.status} ${JSON.stringify(answer)}`);
		return answer.url;
	}

	/** Comes back from the authorization server, and must end up signed in. */
	async arrive(callback: URL): Promise<void> {
		const response = await this.get(callback);
		const location = response.headers.get("location");
		if (location !== `${this.#origin}/me`) {
			throw new Error(`callback: ${response.status} ${location}`);
		}
	}

	async signUpWithEmail(email: string): Promise<void> {
		const body = { email, password: "a-password", name: "E" };
		await expectOk(await this.post("/sign-up/email", body));
	}
}

/** The body of an answer that must be a good one. */
export async function expectOk(response: Response): Promise<Record<string, unknown>> {
	const text = await response.text();
	if (!response.ok) throw new Error(`${response.status} ${text}`);
	return JSON.parse(text) as Record<string, unknown>;
}
