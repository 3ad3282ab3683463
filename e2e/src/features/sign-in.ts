import { pages } from "@better-auth-bsky/example-next-app/src/lib/product.ts";
import { approve, deny } from "@better-auth-bsky/tools/pds-pages";
import { expect } from "vitest";
import {
	alert,
	atHome,
	atLanding,
	enterHandle,
	history,
	open,
	reload,
	section,
	signedInUser,
	signIn,
	signInQuickly,
	tabTo,
} from "../actions.ts";
import { OFFLINE, REFUSED } from "../browser.ts";
import type { Suite } from "../suite.ts";

/** The ways in, and what may go wrong on them. */
export function signingIn(suite: Suite): void {
	const { visit, world } = suite;

	visit("signs in a returning person as the same user", async (page) => {
		const { app } = suite;
		const bob = world.network.account("bob.test");
		await signIn(page, app, bob);
		const first = await signedInUser(page.context(), app);
		await page.context().clearCookies();
		await signInQuickly(page, app, bob);
		expect((await signedInUser(page.context(), app))?.id).toBe(first?.id);
		expect(await world.network.liveTokens(bob.did)).toHaveLength(1);
	});

	visit(
		"says that a sign-in was cancelled, signs nobody in, and keeps what was typed",
		async (page) => {
			const { app } = suite;
			const carla = world.network.account("carla.test");
			await open(page, app);
			await enterHandle(page, carla.handle);
			await deny(page, carla.password);
			await alert(page, "The sign-in was cancelled.").waitFor();
			await atLanding(page, app);
			const field = page.getByLabel("Bluesky handle");
			// Its script puts it back.
			await expect.poll(() => field.inputValue()).toBe(carla.handle);
			expect(await field.getAttribute("aria-invalid"), "nothing is wrong with it").toBeNull();
			expect(await signedInUser(page.context(), app)).toBeNull();
			expect(await world.network.liveTokens(carla.did)).toEqual([]);
		},
	);

	visit("has a page for callbacks that lead nowhere else", async (page) => {
		const { app } = suite;
		await page.goto(`${app.url}/api/auth/bsky/callback?state=unknown&code=none&iss=nobody`);
		await page.getByRole("heading", { level: 1, name: pages.error.title }).waitFor();
		await alert(page, "This sign-in has expired or was already used.").waitFor();
		await page.goto(
			`${app.url}${pages.error.path}?error=x&error_description=%3Cimg+src%3Dx%3ECall+us`,
		);
		expect(await page.locator("body").textContent()).not.toContain("Call us");
	});

	visit(
		"says what is wrong with a handle, and can be used again",
		async (page) => {
			await open(page, suite.app);
			await enterHandle(page, "nobody.test");
			await alert(page, "No account with that handle").waitFor();
			await enterHandle(page, "alice.test");
			await page.waitForURL("**/oauth/authorize?**");
			await page.goBack();
			await atLanding(page, suite.app);
			await enterHandle(page, "bob.test");
			await page.waitForURL("**/oauth/authorize?**");
		},
		{ expectedErrors: REFUSED },
	);

	visit(
		"says that the person is offline, and no longer once they aren’t",
		async (page) => {
			const { app } = suite;
			await open(page, app);
			// What suggests people has its answer by then: the script runs.
			await page.getByLabel("Bluesky handle").and(page.getByRole("combobox")).waitFor();
			await page.context().setOffline(true);
			await enterHandle(page, "alice.test");
			const offline = alert(page, "offline");
			await offline.waitFor();
			await page.context().setOffline(false);
			await offline.waitFor({ state: "detached" });
			expect(await page.getByLabel("Bluesky handle").inputValue()).toBe("alice.test");
			await page.getByRole("button", { name: "Continue", exact: true }).click();
			await page.waitForURL("**/oauth/authorize?**");
		},
		{ expectedErrors: OFFLINE },
	);

	visit("can be used with the keyboard alone", async (page) => {
		const { app } = suite;
		const alice = world.network.account("alice.test");
		const { keyboard } = page;
		const menu = page.getByRole("banner");
		await open(page, app);
		await tabTo(page, page.getByLabel("Bluesky handle"));
		await keyboard.type(alice.handle);
		await keyboard.press("Enter");
		await approve(page, alice.password);
		await atHome(page, app);
		await tabTo(page, page.getByRole("button", { name: "💙", exact: true }));
		await keyboard.press("Enter");
		await history(page).filter({ hasText: "💙" }).waitFor();
		await reload(page, app);
		await tabTo(page, menu.locator("summary"));
		await keyboard.press("Enter");
		await tabTo(page, menu.getByRole("button", { name: "Sign out" }));
		await keyboard.press("Enter");
		await atLanding(page, app);
	});

	visit(
		"signs in while the AppView is down",
		async (page) => {
			const { app } = suite;
			const { appView } = world.network;
			await appView?.stop();
			try {
				await signInQuickly(page, app, world.network.account("bob.test"));
				await page.getByRole("banner").getByText("bob.test").waitFor();
				await section(page, "Your status").waitFor();
			} finally {
				await appView?.start();
			}
		},
		// Pictures of an earlier profile live there.
		{ expectedErrors: /ERR_CONNECTION_REFUSED/ },
	);

	visit(
		"says that a person's server is down",
		async (page) => {
			const { app } = suite;
			const { pds } = world.network;
			await pds.stop();
			try {
				await open(page, app);
				await enterHandle(page, "bob.test");
				await alert(page, "Your server can’t be reached.").waitFor();
			} finally {
				await pds.start();
			}
			expect(await signedInUser(page.context(), app)).toBeNull();
		},
		// The pictures of suggestions live there, too.
		{ expectedErrors: /status of 50\d|ERR_CONNECTION_REFUSED/ },
	);
}
