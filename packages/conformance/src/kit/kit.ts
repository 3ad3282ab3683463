import { afterEach, beforeEach, expect, type MockInstance, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { ComponentName, Components, Driver, Mounted } from "../driver.ts";
import { type FakeServer, fakeServer } from "./server.ts";
import { look, rest, type Ui, until } from "./ui.ts";

export interface Opened<P> extends Ui {
	update(props: Partial<P>): Promise<void>;
	unmount(): Promise<void>;
}

/**
 * A page per test: a fake server, components that are taken down again, and a console that must stay
 * empty, since that is where frameworks complain.
 */
export function createKit(driver: Driver) {
	let server: FakeServer;
	let complaints: MockInstance[];
	let mounted: Pick<Mounted<never>, "unmount">[] = [];
	const left: string[] = [];
	let places = 0;
	const url = location.href;

	beforeEach(async () => {
		server = fakeServer();
		left.length = 0;
		localStorage.clear();
		sessionStorage.clear();
		complaints = [vi.spyOn(console, "error"), vi.spyOn(console, "warn")];
		await page.viewport(800, 900);
	});
	afterEach(async () => {
		for (const one of mounted) await one.unmount();
		mounted = [];
		document.body.replaceChildren();
		document.documentElement.removeAttribute("style");
		document.documentElement.removeAttribute("dir");
		history.replaceState(history.state, "", url);
		server.restore();
		const said = complaints.flatMap(({ mock }) => mock.calls.map(String));
		vi.restoreAllMocks();
		expect(said, "what the console says").toEqual([]);
	});

	function opened<N extends ComponentName>(one: Mounted<Components[N]>): Opened<Components[N]> {
		mounted.push(one);
		return Object.defineProperties({} as Opened<Components[N]>, {
			...Object.getOwnPropertyDescriptors(look(one.container)),
			update: { value: one.update },
			unmount: {
				value: () => {
					mounted = mounted.filter((other) => other !== one);
					return one.unmount();
				},
			},
		});
	}

	const kit = {
		driver,
		/** Where the browser would have gone. */
		left,
		get server() {
			return server;
		},
		/** Another place of better-auth's: what a page keeps of the session doesn't reach there. */
		place: () => `/place-${++places}/api/auth`,
		/** A component in the page; it goes nowhere, but says where to. */
		async open<N extends ComponentName>(name: N, props = {} as Components[N], into?: ShadowRoot) {
			return opened<N>(await driver.mount(name, leaving(props, left), into));
		},
		/** What a browser without JavaScript shows. */
		async serve<N extends ComponentName>(name: N, props = {} as Components[N]) {
			const container = document.body.appendChild(document.createElement("div"));
			container.innerHTML = await driver.renderToString(name, props);
			return look(container);
		},
		/** Hydrates what {@link serve} gave. */
		hydrate: async <N extends ComponentName>(
			container: HTMLElement,
			name: N,
			props = {} as Components[N],
		) => opened<N>(await driver.hydrate(container, name, leaving(props, left))),
		/** Types into the field like a person; `{Enter}` is a key. */
		async type(ui: Ui, keys: string) {
			ui.input.focus();
			await userEvent.keyboard(keys);
		},
		press: (keys: string) => userEvent.keyboard(keys),
		/** The request for suggestions; on a busy machine a part of the text is asked for before. */
		lastAsked: (text: string) =>
			until(() => {
				const last = server.at("/bsky/typeahead").at(-1);
				if (last?.query.q !== text) throw new Error(`Nobody has asked for "${text}".`);
				return last;
			}),
		/** Types, and waits for the list. */
		async suggest(ui: Ui, text = "ali") {
			await kit.type(ui, text);
			await kit.lastAsked(text);
			await rest(20);
			await until(() => expect(ui.state("list")).toBe("open"));
		},
	};
	return kit;
}

export type Kit = ReturnType<typeof createKit>;

const leaving = <N extends ComponentName>(props: Components[N], left: string[]): Components[N] => ({
	navigate: (url: string) => left.push(url),
	...props,
});
