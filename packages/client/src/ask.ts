import { baseURLOf } from "./auth-client.ts";
import type { BskyPath } from "./core.ts";

/** What is used of a better-auth client. The one of every framework fits. */
export interface AuthClientLike {
	$fetch: (path: string, options?: Record<string, unknown>) => Promise<unknown>;
	$store?:
		| {
				atoms: Record<string, unknown>;
				notify: (signal: string) => void;
		  }
		| undefined;
	signOut?: unknown;
	bsky?: unknown;
}

/** How the controllers reach better-auth on the server. Nothing is needed at its usual place. */
export interface ServerOptions {
	/** Your better-auth client: requests go through its `$fetch`, with its options and hooks. */
	authClient?: AuthClientLike | undefined;
	/**
	 * Where better-auth is mounted: a path, or a URL when it is on another origin. It is also where
	 * the form posts to without JavaScript.
	 * @default that of the `authClient`, if it has `atprotoAuthClient()`, else "/api/auth"
	 */
	baseURL?: string | undefined;
	/** Used without an `authClient`. @default globalThis.fetch */
	fetch?: typeof globalThis.fetch | undefined;
}

/** Why a request failed; `code` has its sentence in the labels' `errors`. */
export interface Failure {
	code: string;
	/** HTTP status; none where no answer came. */
	status?: number | undefined;
	/** What the server said, in its own language: for logs. */
	message?: string | undefined;
}

export type Answer<T> = { data: T; error: null } | { data: null; error: Failure };

interface Question {
	/** Makes it a POST. */
	body?: object | undefined;
	query?: Record<string, string> | undefined;
	signal?: AbortSignal | undefined;
}

/** What is asked of the server: our endpoints, and better-auth's own. */
type Path = BskyPath | "/get-session" | "/list-accounts" | "/sign-out" | "/unlink-account";

/** A request to better-auth. It never throws. */
export type Ask = <T>(path: Path, request?: Question) => Promise<Answer<T>>;

/** How to ask, with the options as they are at the time. */
export const createAsk =
	(options: () => ServerOptions): Ask =>
	(path, request = {}) => {
		const { authClient, ...plain } = options();
		return toAnswer(() =>
			authClient ? throughClient(authClient, path, request) : plainly(plain, path, request),
		);
	};

/** Makes one kind of answer of all that can happen to a request. */
export async function toAnswer<T>(send: () => Sent): Promise<Answer<T>> {
	try {
		const { data, error } = await send();
		// What is in between answers with pages of its own, such as a network that wants a sign-in.
		const failed = error ?? (typeof data === "string" && {});
		return failed ? { data: null, error: failureOf(failed) } : { error: null, data: data as T };
	} catch (error) {
		// An app's client may throw what the server refuses.
		const { status, error: body } = Object(error);
		const failure = failureOf(status ? { ...body, status } : error);
		return { data: null, error: status ? failure : { ...failure, code: "NETWORK_ERROR" } };
	}
}

type Sent = Promise<{ data?: unknown; error?: unknown }>;

const throughClient = ({ $fetch }: AuthClientLike, path: string, request: Question): Sent =>
	$fetch(path, {
		...request,
		method: request.body ? "POST" : "GET",
		throw: false,
	}) as Sent;

async function plainly(
	{ baseURL, fetch = globalThis.fetch }: ServerOptions,
	path: string,
	{ body, query, signal }: Question,
): Sent {
	const search = query ? `?${new URLSearchParams(query)}` : "";
	const response = await fetch(baseURLOf({ baseURL }) + path + search, {
		credentials: "include",
		signal: signal ?? null,
		...(body && {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify(body),
		}),
	});
	const data: unknown = await response.json().catch(() => "");
	return response.ok ? { data } : { error: { ...(data as object), status: response.status } };
}

export function failureOf(error: unknown): Failure {
	const { code, status, message } = Object(error) as Partial<Failure>;
	// A proxy in between may have codes of its own kind, such as numbers.
	return { code: typeof code === "string" ? code : codeOf(status), status, message };
}

// better-auth's rate limiter, and whatever proxy is in between, answer without one of our codes.
const codeOf = (status = 0) =>
	status === 429
		? "TOO_MANY_REQUESTS"
		: status === 401
			? "UNAUTHORIZED"
			: status >= 500
				? "INTERNAL_SERVER_ERROR"
				: "UNKNOWN";
