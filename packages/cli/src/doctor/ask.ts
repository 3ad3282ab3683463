import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { buffer } from "node:stream/consumers";
import { rootCertificates } from "node:tls";

/** Authorization servers wait about as long for a client's metadata. */
const PATIENCE = 10_000;

/** Larger than any metadata or key set; a page that is sent in its place is cut off. */
const MAX_BYTES = 256 * 1024;

/** How to get to a server. */
export interface Way {
	/** 4 or 6; both, where nothing is said. */
	family?: 4 | 6 | undefined;
	/** The host and port that lead there, where the name itself doesn't. */
	connectTo?: string | undefined;
	/** Certificates to trust beside those that everybody does, as PEM. */
	ca?: string | undefined;
}

export interface Asked {
	method?: string;
	headers?: Record<string, string>;
	body?: string;
}

export interface Answer {
	status: number;
	headers: IncomingMessage["headers"];
	body: string;
}

/**
 * Asks one address once, as an authorization server does: it follows no redirect, waits ten seconds,
 * and reads so many bytes.
 *
 * @throws {Error} where nothing answers
 */
export function ask(
	url: string,
	way: Way = {},
	{ method = "GET", headers, body }: Asked = {},
): Promise<Answer> {
	const send = url.startsWith("https:") ? httpsRequest : httpRequest;
	return new Promise((resolve, reject) => {
		const asked = send(
			url,
			{
				method,
				headers: { accept: "application/json", ...hostOf(url, way.connectTo), ...headers },
				// A connection that is kept would meet the same instance again.
				agent: false,
				signal: AbortSignal.timeout(PATIENCE),
				...(way.family && { family: way.family }),
				...(way.ca && { ca: [...rootCertificates, way.ca] }),
				...elsewhere(url, way.connectTo),
			},
			(response) => read(response).then(resolve, reject),
		);
		asked.on("error", reject);
		asked.end(body);
	});
}

async function read(response: IncomingMessage): Promise<Answer> {
	let bytes = 0;
	response.on("data", (chunk: Buffer) => {
		bytes += chunk.length;
		if (bytes > MAX_BYTES) response.destroy(new Error(`more than ${MAX_BYTES} bytes`));
	});
	const body = await buffer(response);
	return { status: response.statusCode ?? 0, headers: response.headers, body: body.toString() };
}

const hostOf = (url: string, connectTo: string | undefined) =>
	connectTo ? { host: new URL(url).host } : {};

/** The same request, to another place than its name leads to. */
function elsewhere(url: string, connectTo: string | undefined) {
	if (!connectTo) return {};
	const { hostname, port } = new URL(`http://${connectTo}`);
	return { hostname, port, servername: new URL(url).hostname };
}

/** What is in a body, or undefined where it is no JSON. */
export function jsonOf({ body }: Answer): unknown {
	try {
		return JSON.parse(body);
	} catch {
		return undefined;
	}
}

/** Why nothing answered, in a few words. */
export function whyNot(error: unknown): string {
	if (!(error instanceof Error)) return "unknown cause";
	if (error.name === "TimeoutError") return "nothing for ten seconds";
	// Of several addresses, each has its own error.
	const [first] = error instanceof AggregateError ? error.errors : [error];
	return String(Object(first).code ?? Object(first).message);
}

export const isRedirect = ({ status }: Answer): boolean => status >= 300 && status < 400;

/** Of the way back from a sign-in that never began: it ends on the error page. */
export const NEVER_BEGAN = new URLSearchParams({
	state: "doctor",
	iss: "https://localhost",
	code: "-",
}).toString();

/** Whether it is ours that answers there: it leads to the error page, or to itself at the base URL's host. */
export const isWayBack = (answer: Answer): boolean =>
	isRedirect(answer) && /[?&]error=|\/bsky\/callback\?/.test(answer.headers.location ?? "");

/** Whether a page at an origin may not begin a sign-in. One that may is told that nothing was typed. */
export async function isRefusedAt(base: string, origin: string, way: Way = {}): Promise<boolean> {
	const answer = await ask(`${base}/bsky/sign-in`, way, {
		method: "POST",
		headers: { "content-type": "application/json", origin },
		body: JSON.stringify({ handle: "" }),
	});
	return Object(jsonOf(answer)).code === "INVALID_ORIGIN";
}

/** Whether this machine itself has no way to addresses of a family, as most have none by IPv6. */
export const hasNoWay = (error: unknown): boolean => {
	const all: unknown[] = error instanceof AggregateError ? error.errors : [error];
	return all.every((each) => NO_WAY.has(Object(each).code));
};

const NO_WAY: ReadonlySet<unknown> = new Set(["ENETUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT"]);
