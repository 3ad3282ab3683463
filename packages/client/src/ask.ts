/** What is used of a better-auth client. The one of every framework fits. */
export interface AuthClientLike {
	$fetch: (path: string, options?: Record<string, unknown>) => Promise<unknown>;
	$store?: {
		atoms: Record<string, unknown>;
		notify: (signal: string) => void;
	};
	signOut?: unknown;
}

/** How the controllers reach better-auth on the server. Nothing is needed at its usual place. */
export interface ServerOptions {
	/** Your better-auth client: requests go through its `$fetch`, with its options and hooks. */
	authClient?: AuthClientLike;
	/**
	 * Where better-auth is mounted: a path, or a URL when it is on another origin. It is also where
	 * the form posts to without JavaScript.
	 * @default "/api/auth"
	 */
	baseURL?: string;
	/** Used without an `authClient`. @default globalThis.fetch */
	fetch?: typeof globalThis.fetch;
}

/** Why a request failed; `code` has its sentence in the labels' `errors`. */
export interface Failure {
	code: string;
	/** HTTP status; none where no answer came. */
	status?: number;
	/** What the server said, in its own language: for logs. */
	message?: string;
}

export type Answer<T> = { data: T; error: null } | { data: null; error: Failure };

interface Request {
	/** Makes it a POST. */
	body?: object;
	query?: Record<string, string>;
	signal?: AbortSignal;
}

/** A request to better-auth. It never throws. */
export type Ask = <T>(path: string, request?: Request) => Promise<Answer<T>>;

export const DEFAULT_BASE_URL = "/api/auth";

export function createAsk({ authClient, baseURL, fetch }: ServerOptions): Ask {
	const send = authClient ? throughClient(authClient) : plainly(baseURL, fetch);
	return (path, request = {}) => toAnswer(() => send(path, request));
}

/** Makes one kind of answer of all that can happen to a request. */
export async function toAnswer<T>(send: () => ReturnType<Send>): Promise<Answer<T>> {
	try {
		const { data, error } = await send();
		return error ? { data: null, error: failureOf(error) } : { data: data as T, error: null };
	} catch (error) {
		const message = error instanceof Error ? error.message : undefined;
		return { data: null, error: { code: "NETWORK_ERROR", message } };
	}
}

type Send = (path: string, request: Request) => Promise<{ data?: unknown; error?: unknown }>;

const throughClient =
	({ $fetch }: AuthClientLike): Send =>
	async (path, request) =>
		(await $fetch(path, {
			...request,
			method: request.body ? "POST" : "GET",
			throw: false,
		})) as Awaited<ReturnType<Send>>;

const plainly =
	(baseURL = DEFAULT_BASE_URL, fetch: ServerOptions["fetch"]): Send =>
	async (path, { body, query, signal }) => {
		const search = query ? `?${new URLSearchParams(query)}` : "";
		const response = await (fetch ?? globalThis.fetch)(baseURL + path + search, {
			credentials: "include",
			signal,
			...(body && {
				method: "POST",
				headers: { "content-type": "application/json" },
				body: JSON.stringify(body),
			}),
		});
		const data: unknown = await response.json().catch(() => null);
		return response.ok ? { data } : { error: { ...(data as object), status: response.status } };
	};

export function failureOf(error: unknown): Failure {
	const { code, status, message } = error as Partial<Failure>;
	return { code: code ?? codeOf(status), status, message };
}

// better-auth's rate limiter, and whatever proxy is in between, answer without a code.
const codeOf = (status = 0) =>
	status === 429
		? "TOO_MANY_REQUESTS"
		: status === 401
			? "UNAUTHORIZED"
			: status >= 500
				? "INTERNAL_SERVER_ERROR"
				: "UNKNOWN";
