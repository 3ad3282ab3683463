import type { Account } from "@better-auth-bsky/devnet";
import { createAuthClient as createVanillaClient } from "better-auth/client";
import { createAuthClient as createReactClient } from "better-auth/react";
import { createAuthClient as createSolidClient } from "better-auth/solid";
import { createAuthClient as createSvelteClient } from "better-auth/svelte";
import { createAuthClient as createVueClient } from "better-auth/vue";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { get } from "svelte/store";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { effectScope, watch } from "vue";
import { type App, newPerson, startApp, useNetwork } from "../../core/test/kit.ts";
import { atprotoAuthClient, type BskySession } from "../src/index.ts";
import { aMoment, eventually, openTab, type Tab } from "./tab.ts";

const network = await useNetwork();
let app: App;
let tab: Tab;
let person: Account;

beforeAll(async () => {
	app = await startApp(network);
});
afterAll(() => app.close());
beforeEach(async () => {
	tab = openTab(app);
	person = await newPerson(network);
	await tab.browser.signIn(person);
});
afterEach(() => tab.close());

interface Shown {
	data: Readonly<BskySession> | null;
	error: unknown;
	isPending: boolean;
}
const PENDING = { data: null, error: null, isPending: true };
const SIGNED_OUT = { data: null, error: null, isPending: false };

/** What every framework must show, given how a component of it reads `useBskySession()`. */
async function check(now: () => Shown | undefined, signOut: () => Promise<unknown>) {
	expect(now()).toMatchObject(PENDING);
	await eventually(now).toMatchObject({
		data: { active: true, did: person.did, handle: person.handle },
		error: null,
		isPending: false,
	});
	await signOut();
	await eventually(now).toMatchObject(SIGNED_OUT);
}

const options = () => ({ ...tab.options, plugins: [atprotoAuthClient()] });

test("vanilla: an atom", async () => {
	const authClient = createVanillaClient(options());
	let shown: Shown | undefined;
	const stop = authClient.useBskySession.subscribe((state) => {
		shown = state;
	});
	await check(() => shown, authClient.signOut);
	stop();
});

describe("react", () => {
	test("a hook", async () => {
		vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", false);
		const { createRoot } = await import("react-dom/client");
		const { flushSync } = await import("react-dom");
		const authClient = createReactClient(options());
		let shown: Shown | undefined;
		function Profile() {
			shown = authClient.useBskySession();
			return null;
		}
		const root = createRoot(tab.container());
		flushSync(() => root.render(createElement(Profile)));
		await check(() => shown, authClient.signOut);
		root.unmount();
		await aMoment();
	});

	test("hydrates with what the server rendered, whatever is known already", async () => {
		const { hydrateRoot } = await import("react-dom/client");
		const authClient = createReactClient(options());
		const stop = authClient.$store.atoms.bskySession?.listen(() => {});
		const bskySession = () => authClient.$store.atoms.bskySession?.get() as Shown | undefined;
		await eventually(bskySession).toMatchObject({ data: { active: true } });

		const renders: boolean[] = [];
		function Profile() {
			const { data, isPending } = authClient.useBskySession();
			renders.push(isPending);
			return createElement("p", null, isPending ? "…" : data?.did);
		}
		const container = tab.container();
		container.innerHTML = renderToString(createElement(Profile));
		expect(container.textContent).toBe("…");
		const problems: unknown[] = [];
		const root = hydrateRoot(container, createElement(Profile), {
			onRecoverableError: (error) => problems.push(error),
		});
		await eventually(() => container.textContent).toBe(person.did);
		expect(problems).toEqual([]);
		root.unmount();
		stop?.();
		await aMoment();
	});
});

test("vue: a ref", async () => {
	const authClient = createVueClient(options());
	const scope = effectScope();
	let shown: Shown | undefined;
	scope.run(() => {
		const session = authClient.useBskySession();
		watch(session, (state) => (shown = state), { immediate: true, flush: "sync" });
	});
	await check(() => shown, authClient.signOut);
	scope.stop();
});

test("svelte: a store", async () => {
	const authClient = createSvelteClient(options());
	const session = authClient.useBskySession();
	const stop = session.subscribe(() => {});
	await check(() => get(session), authClient.signOut);
	stop();
});

test("solid: an accessor", async () => {
	const authClient = createSolidClient(options());
	const { createRoot } = await import("solid-js");
	const { session, dispose } = createRoot((dispose) => ({
		session: authClient.useBskySession(),
		dispose,
	}));
	await check(session, authClient.signOut);
	dispose();
});
