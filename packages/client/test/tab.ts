import { Window } from "happy-dom";
import { expect, vi } from "vitest";
import type { App, Browser } from "../../core/test/kit.ts";

/**
 * A tab of a browser: the globals that better-auth's client looks for, and a `fetch` with the
 * browser's cookies that goes to the app over HTTP and keeps count.
 */
export function openTab(app: App, browser: Browser = app.browser()) {
	const window = new Window({ url: app.origin });
	for (const name of ["document", "localStorage", "navigator"] as const) {
		vi.stubGlobal(name, window[name]);
	}
	vi.stubGlobal("window", window);
	const requests: string[] = [];
	let answerNext: (() => Promise<Response>) | undefined;
	return {
		browser,
		window,
		/** What was asked of the app, as `GET /bsky/session`. */
		requests,
		/** Options for `createAuthClient()`. */
		options: {
			baseURL: app.origin,
			fetchOptions: {
				customFetchImpl: (input: string | URL | Request, init?: RequestInit) => {
					const url = new URL(input instanceof Request ? input.url : input);
					const path = url.pathname.replace("/api/auth", "");
					requests.push(`${init?.method ?? "GET"} ${path}`);
					const answer = path === "/bsky/session" && answerNext;
					if (answer) answerNext = undefined;
					return answer ? answer() : browser.fetch(url, init);
				},
			},
		},
		/** Answers the next request for the session in place of the app. */
		answerNextWith(answer: () => Promise<Response>) {
			answerNext = answer;
		},
		/** Holds the next answer back, until it is given to the function returned. */
		holdNext(): (response: Response) => void {
			let release: (response: Response) => void = () => {};
			const held = new Promise<Response>((resolve) => {
				release = resolve;
			});
			answerNext = () => held;
			return release;
		},
		/** What better-auth's client hears when another tab has signed out. */
		hearFromOtherTab() {
			const newValue = JSON.stringify({ event: "session", data: { trigger: "signout" } });
			const key = "better-auth.message";
			window.dispatchEvent(new window.StorageEvent("storage", { key, newValue }));
		},
		/** The person comes back to this tab. */
		focus() {
			window.document.dispatchEvent(new window.Event("visibilitychange"));
		},
		/** An element to render into, whose type needs no DOM library. */
		container: () => window.document.createElement("div") as unknown as Container,
		close() {
			vi.unstubAllGlobals();
			return window.happyDOM.close();
		},
	};
}

type Container = HTMLElement;

export type Tab = ReturnType<typeof openTab>;

/** How often the session was asked for. */
export const asked = ({ requests }: Tab): number =>
	requests.filter((request) => request === "GET /bsky/session").length;

/** Long enough for a request too many to show up. */
export const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));

/** `expect.poll()` with the patience that a busy machine needs. */
export const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 20_000 });
