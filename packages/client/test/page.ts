import { Window } from "happy-dom";
import { vi } from "vitest";

const GLOBALS = [
	"document",
	"history",
	"localStorage",
	"sessionStorage",
	"location",
	"addEventListener",
	"removeEventListener",
	"requestAnimationFrame",
] as const;

/** A page of a browser, as the globals that the controllers look for. */
export function openPage(url = "https://app.example/sign-in") {
	const window = new Window({ url });
	vi.stubGlobal("window", window);
	for (const name of GLOBALS) {
		const value = window[name];
		vi.stubGlobal(name, typeof value === "function" ? value.bind(window) : value);
	}
	return {
		window,
		/** An event on the window, with properties. */
		fire: (type: string, properties = {}) =>
			window.dispatchEvent(Object.assign(new window.Event(type), properties)),
		/** The page comes out of the back/forward cache. */
		comeBack: () =>
			window.dispatchEvent(Object.assign(new window.Event("pageshow"), { persisted: true })),
		/** Storage that is forbidden, as in some private windows. */
		forbidStorage: () =>
			vi.stubGlobal("localStorage", {
				getItem: () => {
					throw new DOMException("forbidden", "SecurityError");
				},
				setItem: () => {
					throw new DOMException("full", "QuotaExceededError");
				},
			}),
		close: () => {
			vi.unstubAllGlobals();
			return window.happyDOM.close();
		},
	};
}

export type Page = ReturnType<typeof openPage>;

/** A request that waits for its answer. */
interface Asked {
	url: URL;
	path: string;
	method: string;
	body: unknown;
	signal: AbortSignal | undefined;
	answer: (body: unknown, status?: number) => Promise<void>;
	fail: (error?: Error) => Promise<void>;
}

/** Lets whatever waits for a promise go on, under fake timers too. */
export const turn = async (): Promise<void> => {
	for (let i = 0; i < 20; i++) await Promise.resolve();
};

/** A `fetch` whose answers the test gives, in the order it likes. It takes no notice of aborts. */
export function fakeServer() {
	const asked: Asked[] = [];
	const fetch: typeof globalThis.fetch = (input, init) =>
		new Promise((resolve, reject) => {
			const url = new URL(String(input), "https://app.example");
			asked.push({
				url,
				path: url.pathname.replace("/api/auth", ""),
				method: init?.method ?? "GET",
				body: init?.body ? JSON.parse(String(init.body)) : undefined,
				signal: init?.signal ?? undefined,
				async answer(body, status = 200) {
					resolve(Response.json(body, { status }));
					await tasksDone();
				},
				async fail(error = new TypeError("fetch failed")) {
					reject(error);
					await tasksDone();
				},
			});
		});
	return {
		fetch,
		asked,
		/** The latest request. */
		last(): Asked {
			const request = asked.at(-1);
			if (!request) throw new Error("Nothing was asked.");
			return request;
		},
	};
}

// The body of a response is read in tasks of its own, which fake timers don't hold.
const { setImmediate } = globalThis;
async function tasksDone(): Promise<void> {
	for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}
