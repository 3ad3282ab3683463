import { request } from "node:http";
import { DevnetError } from "../errors.ts";

/** What to do on the authorization page. */
export interface ApproveOptions {
	/** Whose handle or DID signs in, with which password. */
	account: { handle: string; password: string };
	/** Press "Deny" instead of "Authorize". @default false */
	deny?: boolean;
}

/**
 * Does at the authorization page of a PDS what a person does in a browser, for tests that need
 * none: signs in, and approves (or denies) the request.
 *
 * It speaks to the same endpoints as the page's own script. They are no public API of the PDS:
 * this works with the version that this package ships.
 *
 * @param authorizationUrl where the client sends the browser
 * @returns where the authorization server sends the browser back to: the callback with its
 * parameters
 * @throws {DevnetError} when the page refuses, with what it said
 */
export async function approve(
	authorizationUrl: string | URL,
	{ account, deny = false }: ApproveOptions,
): Promise<URL> {
	const page = new URL(authorizationUrl);
	const visit = new PageVisit(page);
	await visit.open(page);
	if (deny) return visit.follow(await visit.call("reject", {}));
	const signedIn = await visit.call("sign-in", {
		locale: "en",
		username: account.handle,
		password: account.password,
		remember: false,
	});
	const { did } = signedIn.account as { did: string };
	return visit.follow(await visit.call("consent", { did }, String(signedIn.ephemeralToken)));
}

type Json = Record<string, unknown>;

/** One browser on the authorization page: its cookies, and the headers a browser would send. */
class PageVisit {
	readonly #page: URL;
	readonly #cookies = new Map<string, string>();

	constructor(page: URL) {
		this.#page = page;
	}

	async open(url: URL): Promise<{ status: number; body: string; location?: string }> {
		return this.#send(url, "GET", {
			"sec-fetch-mode": "navigate",
			"sec-fetch-dest": "document",
			"sec-fetch-site": url === this.#page ? "cross-site" : "same-origin",
			...(url === this.#page ? {} : { referer: this.#page.href }),
		});
	}

	async call(endpoint: string, body: Json, bearer?: string): Promise<Json> {
		const url = new URL(`/@atproto/oauth-provider/~api/${endpoint}`, this.#page);
		const answer = await this.#send(
			url,
			"POST",
			{
				"content-type": "application/json",
				origin: this.#page.origin,
				referer: this.#page.href,
				"sec-fetch-mode": "same-origin",
				"sec-fetch-dest": "empty",
				"sec-fetch-site": "same-origin",
				"x-csrf-token": this.#cookies.get("csrf-token") ?? "",
				...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
			},
			JSON.stringify(body),
		);
		if (answer.status !== 200) {
			throw new DevnetError(
				`The authorization page refused "${endpoint}" (${answer.status}): ${answer.body.slice(0, 300)}`,
			);
		}
		return JSON.parse(answer.body) as Json;
	}

	/** The last step goes through a page that redirects to the client. */
	async follow({ url }: Json): Promise<URL> {
		const answer = await this.open(new URL(String(url)));
		if (!answer.location) {
			throw new DevnetError(`The authorization page did not redirect (${answer.status}).`);
		}
		return new URL(answer.location, this.#page);
	}

	#send(url: URL, method: string, headers: Record<string, string>, body?: string) {
		return new Promise<{ status: number; body: string; location?: string }>((resolve, reject) => {
			const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
			const sent = request(url, { method, headers: { ...headers, cookie } }, (response) => {
				for (const line of response.headers["set-cookie"] ?? []) {
					const [pair = ""] = line.split(";", 1);
					const at = pair.indexOf("=");
					this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
				}
				let text = "";
				response.setEncoding("utf8");
				response.on("data", (chunk: string) => {
					text += chunk;
				});
				response.on("error", reject);
				response.on("end", () => {
					const { location } = response.headers;
					resolve({ status: response.statusCode ?? 0, body: text, location });
				});
			});
			sent.on("error", reject);
			sent.end(body);
		});
	}
}
