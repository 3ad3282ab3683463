import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { DevnetError } from "../errors.ts";
import { Cookies } from "./cookies.ts";

/** What to do on the authorization page. */
export interface ApproveOptions {
	/** Whose handle or DID signs in, with which password. */
	account: { handle: string; password: string };
	/**
	 * Signs up first, with that handle and password and this e-mail address. The request has to ask for
	 * it: `prompt=create`.
	 */
	signUp?: { email: string };
	/** Press "Deny" instead of "Authorize". @default false */
	deny?: boolean;
	/**
	 * What to allow of that, `atproto` included, as somebody does who unticks their e-mail address.
	 * @default all that is asked for
	 */
	scope?: string;
}

/**
 * Does at the authorization page of a PDS what a person does in a browser, for tests that need
 * none: signs in, or up, and approves (or denies) the request.
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
	{ account, signUp, deny = false, scope }: ApproveOptions,
): Promise<URL> {
	const visit = new PageVisit(new URL(authorizationUrl));
	await visit.open();
	if (deny) return visit.follow(await visit.call("reject", {}));
	const { handle, password } = account;
	const signedIn = signUp
		? await visit.call("sign-up", { locale: "en", handle, password, email: signUp.email })
		: await visit.call("sign-in", { locale: "en", username: handle, password, remember: false });
	const did = signedIn.account?.did;
	return visit.follow(await visit.call("consent", { did, scope }, signedIn.ephemeralToken));
}

/** What the endpoints of the page answer, of which each gives a part. */
interface Answer {
	account?: { did: string };
	ephemeralToken?: string;
	/** Where the page goes next. */
	url?: string;
}

interface Reply {
	status: number;
	body: string;
	location: string | undefined;
}

/** One browser on the authorization page: its cookies, and the headers a browser would send. */
class PageVisit {
	readonly #page: URL;
	readonly #cookies = new Cookies();

	constructor(page: URL) {
		this.#page = page;
	}

	/** Goes to the page, coming from the client. */
	open(): Promise<Reply> {
		return this.#navigate(this.#page, { "sec-fetch-site": "cross-site" });
	}

	/** Does what the page's script does. */
	async call(endpoint: string, body: object, bearer?: string): Promise<Answer> {
		const url = new URL(`/@atproto/oauth-provider/~api/${endpoint}`, this.#page);
		const headers = {
			"content-type": "application/json",
			origin: this.#page.origin,
			referer: this.#page.href,
			"sec-fetch-mode": "same-origin",
			"sec-fetch-dest": "empty",
			"sec-fetch-site": "same-origin",
			"x-csrf-token": this.#cookies.get("csrf-token") ?? "",
			...(bearer && { authorization: `Bearer ${bearer}` }),
		};
		const answer = await this.#send("POST", url, headers, JSON.stringify(body));
		if (answer.status !== 200) {
			throw new DevnetError(
				`The authorization page refused "${endpoint}" (${answer.status}): ${answer.body.slice(0, 300)}`,
			);
		}
		return JSON.parse(answer.body);
	}

	/** The last step goes through a page that redirects to the client. */
	async follow({ url }: Answer): Promise<URL> {
		if (!url) throw new DevnetError("The authorization page did not say where to go.");
		const { status, location } = await this.#navigate(new URL(url), {
			"sec-fetch-site": "same-origin",
			referer: this.#page.href,
		});
		if (!location) throw new DevnetError(`The authorization page did not redirect (${status}).`);
		return new URL(location, this.#page);
	}

	#navigate(url: URL, from: Record<string, string>): Promise<Reply> {
		const how = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
		return this.#send("GET", url, { ...how, ...from });
	}

	/** Not with `fetch`, which writes `Sec-Fetch-Mode` itself. */
	async #send(
		method: string,
		url: URL,
		headers: Record<string, string>,
		body?: string,
	): Promise<Reply> {
		const cookie = this.#cookies.header;
		const response = await new Promise<IncomingMessage>((resolve, reject) => {
			const sent = request(url, { method, headers: { ...headers, cookie } }, resolve);
			sent.on("error", reject).end(body);
		});
		this.#cookies.take(response.headers["set-cookie"]);
		const { location } = response.headers;
		return { status: response.statusCode ?? 0, body: await text(response), location };
	}
}
