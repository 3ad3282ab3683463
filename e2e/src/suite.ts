import { type Account, approve as approveRequest } from "@better-auth-bsky/devnet";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { messages, pages } from "../../examples/next-app/src/lib/product.ts";
import { EXAMPLES, type ExampleApp, type ExampleName, type Mode } from "../../scripts/examples.ts";
import { approve, deny } from "../../scripts/pds-pages.ts";
import {
	alert,
	atHome,
	atLanding,
	enterHandle,
	feed,
	history,
	open,
	PASSWORD,
	pick,
	section,
	signedInUser,
	signIn,
	signInQuickly,
	signOut,
	signUpWithEmail,
	statusesOf,
	typeStatus,
} from "./actions.ts";
import { describeInBrowser, useBrowser } from "./browser.ts";
import { look } from "./look.ts";
import { useWorld } from "./network.ts";

const POLL = { timeout: 30_000 };

/** Chromium logs each answer of 400 and more, as the apps give to what they can't do. */
const REFUSED = /status of (4\d\d|50[023])/;

interface Suite {
	app: ExampleApp;
	visit: ReturnType<typeof useBrowser>;
	world: ReturnType<typeof useWorld>;
	/** Somebody nobody has met. */
	newPerson(displayName: string): Promise<Account>;
}

/** Everything an example app must do: the same for each of them, in each mode. */
export function exampleSuite(name: ExampleName, mode: Mode): void {
	if (mode === "development" && !process.env.EXAMPLES_AT_LENGTH) {
		test.skip(`${name} in development: only with --long, since its server takes minutes`);
		return;
	}
	describeInBrowser(`the ${EXAMPLES[name].framework} example in ${mode}`, () => {
		const world = useWorld({ pdsCount: 2 });
		let app: ExampleApp | undefined;
		const suite: Suite = {
			get app() {
				if (!app) throw new Error("The app has not been started.");
				return app;
			},
			world,
			visit: useBrowser(undefined, mode === "development" ? 45_000 : undefined),
			newPerson: (displayName) =>
				world.network.createAccount({ handle: `${displayName.toLowerCase()}.test`, displayName }),
		};
		beforeAll(async () => {
			app = await world.startExample(name, { mode });
		});
		firstSteps(suite);
		everyPage(suite, `${name}-${mode}`);
		signingIn(suite);
		linking(suite);
		statuses(suite);
		endedSessions(suite);
		settings(suite);
	});
}

/** What a newcomer does. */
function firstSteps(suite: Suite): void {
	const { visit, world, newPerson } = suite;

	visit("signs in a new person, and out again", async (page) => {
		const { app } = suite;
		const fay = await newPerson("Fay");
		await signIn(page, app, fay);
		await page.getByRole("heading", { level: 1, name: "How are you, Fay?" }).waitFor();
		await page.getByRole("banner").getByText("fay.test").waitFor();
		// Nobody is to see the address that stands in for the one the protocol doesn't give.
		expect((await page.content()).includes("placeholder.invalid")).toBe(false);
		for (const { path } of [pages.landing, pages.signUp]) {
			await open(page, app, path);
			await atHome(page, app);
		}

		await signOut(page);
		await atLanding(page, app);
		expect(await signedInUser(page.context(), app)).toBeNull();
		expect(await world.network.liveTokens(fay.did)).toEqual([]);
		for (const { path } of [pages.home, pages.settings]) {
			await open(page, app, path);
			await atLanding(page, app);
		}
	});

	visit(
		"writes a status into the person's own repository, and shows it before it is there",
		async (page) => {
			const { app } = suite;
			const ida = await newPerson("Ida");
			await signInQuickly(page, app, ida);
			const release = await hold(page, app);
			await pick(page, "🦋");
			await history(page).filter({ hasText: "🦋" }).waitFor();
			expect(await statusesOf(ida)).toEqual([]);
			release();
			await feed(page).filter({ hasText: "🦋" }).filter({ hasText: "Ida @ida.test" }).waitFor();
			expect(await statusesOf(ida)).toEqual(["🦋"]);
			await page.reload();
			expect(await history(page).count()).toBe(1);
		},
	);

	const withoutScript = async (page: Page) => {
		const { app } = suite;
		const gil = await newPerson("Gil");
		await open(page, app);
		await enterHandle(page, "nobody.test");
		await alert(page, "No account with that handle").waitFor();
		// The server's own pages need JavaScript: what a person does there is done for them.
		let authorizationUrl = "";
		await page.route("**/api/auth/bsky/sign-in", async (route) => {
			const response = await route.fetch({ maxRedirects: 0 });
			authorizationUrl = response.headers().location ?? "";
			await route.fulfill({ response, status: 200, body: "On the way." });
		});
		await enterHandle(page, ` @${gil.handle.toUpperCase()} `);
		await page.getByText("On the way.").waitFor();
		await page.goto(String(await approveRequest(authorizationUrl, { account: gil })));
		await atHome(page, app);

		await pick(page, "👍");
		await history(page).filter({ hasText: "👍" }).waitFor();
		await typeStatus(page, "two words");
		await alert(page, messages.notAnEmoji).waitFor();
		expect(await page.getByLabel("Another emoji").inputValue()).toBe("two words");
		await typeStatus(page, "🦄");
		await history(page).filter({ hasText: "🦄" }).waitFor();
		expect(await statusesOf(gil)).toEqual(["🦄", "👍"]);

		await open(page, app, pages.settings.path);
		await page.getByLabel("Name").fill("Gilbert");
		await page.getByRole("button", { name: "Save" }).click();
		await page.getByText(messages.saved).waitFor();
		await section(page, "Where you are signed in")
			.getByRole("button", { name: "Sign out" })
			.click();
		await atLanding(page, app);
		expect(await signedInUser(page.context(), app)).toBeNull();
	};
	visit("needs no JavaScript", withoutScript, {
		javaScriptEnabled: false,
		expectedErrors: REFUSED,
	});
}

/** Holds back what the page sends to its own app, until the returned function is called. */
async function hold(page: Page, app: ExampleApp) {
	const gate = Promise.withResolvers<void>();
	await page.route(
		({ origin, pathname }) => origin === app.url && !pathname.startsWith("/api/auth/"),
		async (route) => {
			if (route.request().method() === "POST") await gate.promise;
			await route.continue();
		},
	);
	return gate.resolve;
}

function signingIn(suite: Suite): void {
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

	visit("says that a sign-in was cancelled, and signs nobody in", async (page) => {
		const { app } = suite;
		const carla = world.network.account("carla.test");
		await open(page, app);
		await enterHandle(page, carla.handle);
		await deny(page, carla.password);
		await alert(page, "The sign-in was cancelled.").waitFor();
		await atLanding(page, app);
		expect(await signedInUser(page.context(), app)).toBeNull();
		expect(await world.network.liveTokens(carla.did)).toEqual([]);
	});

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

	visit("can be used with the keyboard alone", async (page) => {
		const { app } = suite;
		const alice = world.network.account("alice.test");
		const { keyboard } = page;
		const tabTo = async (name: string) => {
			for (let presses = 0; presses < 60; presses++) {
				await keyboard.press("Tab");
				const focused = page.locator(":focus");
				const label = await focused.evaluate(
					(element: HTMLInputElement) => element.labels?.[0]?.textContent ?? element.textContent,
				);
				if (label?.includes(name)) return;
			}
			throw new Error(`No way to "${name}" with the Tab key.`);
		};
		await open(page, app);
		await tabTo("Bluesky handle");
		await keyboard.type(alice.handle);
		await keyboard.press("Enter");
		await approve(page, alice.password);
		await atHome(page, app);
		await tabTo("💙");
		await keyboard.press("Enter");
		await history(page).filter({ hasText: "💙" }).waitFor();
		await page.reload();
		await tabTo("Alice");
		await keyboard.press("Enter");
		await tabTo("Sign out");
		await keyboard.press("Enter");
		await atLanding(page, app);
	});
}

function linking(suite: Suite): void {
	const { visit, world, newPerson } = suite;

	visit(
		"connects Bluesky to an account with an e-mail address, and disconnects it",
		async (page) => {
			const { app } = suite;
			const erin = await newPerson("Erin");
			const email = await signUpWithEmail(page, app, "Erna");
			const before = await signedInUser(page.context(), app);
			await section(page, "Connect Bluesky").waitFor();
			await enterHandle(page, erin.handle);
			await approve(page, erin.password);
			await atHome(page, app);
			await section(page, "Your status").waitFor();
			await page.getByRole("heading", { level: 1, name: "How are you, Erna?" }).waitFor();

			await signOut(page);
			await atLanding(page, app);
			await signInQuickly(page, app, erin);
			expect((await signedInUser(page.context(), app))?.id).toBe(before?.id);

			await page.getByRole("link", { name: pages.settings.title }).click();
			const bluesky = section(page, "Bluesky");
			await bluesky.getByText("erin.test").waitFor();
			await bluesky.getByRole("button", { name: "Disconnect Erin" }).click();
			await bluesky.getByText("No Bluesky account is connected.").waitFor();
			await expect.poll(() => world.network.liveTokens(erin.did), POLL).toEqual([]);

			await open(page, app, pages.home.path);
			await section(page, "Connect Bluesky").waitFor();
			await page.getByRole("banner").getByRole("button", { name: "Sign out" }).click();
			await atLanding(page, app);
			await page.getByLabel("E-mail", { exact: true }).fill(email);
			await page.getByLabel("Password").fill("a wrong password");
			await page.getByRole("button", { name: "Sign in with e-mail" }).click();
			await alert(page, "Invalid email or password").waitFor();
			expect(await page.getByLabel("E-mail", { exact: true }).inputValue()).toBe(email);
			await page.getByLabel("Password").fill(PASSWORD);
			await page.getByRole("button", { name: "Sign in with e-mail" }).click();
			await atHome(page, app);
		},
		{ expectedErrors: REFUSED },
	);

	visit(
		"explains why an account can't be connected, or disconnected",
		async (page) => {
			const { app } = suite;
			const hal = await newPerson("Hal");
			await signInQuickly(page, app, hal);
			await open(page, app, pages.settings.path);
			const bluesky = section(page, "Bluesky");
			await bluesky.getByRole("button", { name: "Disconnect Hal" }).click();
			await alert(page, "This is your only way to sign in.").waitFor();

			await page.context().clearCookies();
			await signUpWithEmail(page, app, "Harriet");
			await open(page, app, pages.home.path);
			await enterHandle(page, hal.handle);
			await approve(page, hal.password);
			await alert(page, "already connected to someone else").waitFor();
			expect(await world.network.liveTokens(hal.did)).toHaveLength(1);
		},
		{ expectedErrors: REFUSED },
	);
}

function statuses(suite: Suite): void {
	const { visit, world, newPerson } = suite;

	visit(
		"takes a status back that the server refuses",
		async (page) => {
			const { app } = suite;
			const { pds } = world.network;
			await signInQuickly(page, app, await newPerson("Jack"));
			await pick(page, "☕");
			await feed(page).filter({ hasText: "Jack" }).waitFor();
			const release = await hold(page, app);
			await typeStatus(page, "🎈");
			await history(page).filter({ hasText: "🎈" }).waitFor();
			await pds.stop();
			try {
				release();
				await alert(page, messages.notSaved).waitFor();
				await history(page).filter({ hasText: "🎈" }).waitFor({ state: "detached" });
				expect(await page.getByLabel("Another emoji").inputValue()).toBe("🎈");
				await page.reload();
				await page.getByText(messages.unreachable).waitFor();
			} finally {
				await pds.start();
			}
			await page.reload();
			await history(page).filter({ hasText: "☕" }).waitFor();
		},
		{ expectedErrors: /status of 50\d|ERR_CONNECTION_REFUSED/ },
	);

	visit("shows what people on other servers write, here and elsewhere", async (page) => {
		const { app } = suite;
		const dave = world.network.account("dave.pds2.test");
		await signInQuickly(page, app, dave);
		await pick(page, "🐟");
		await feed(page).filter({ hasText: "🐟" }).filter({ hasText: dave.handle }).waitFor();

		// Written by another app.
		const kim = await newPerson("Kim");
		const agent = await kim.agent();
		const record = { status: "🌋", createdAt: new Date().toISOString() };
		const collection = "xyz.statusphere.status";
		await agent.com.atproto.repo.createRecord({ repo: kim.did, collection, record });
		await expect
			.poll(async () => {
				await page.reload();
				return feed(page).filter({ hasText: "🌋" }).filter({ hasText: "Kim" }).count();
			}, POLL)
			.toBe(1);
	});
}

function endedSessions(suite: Suite): void {
	const { visit, world, newPerson } = suite;

	visit(
		"asks to sign in again where the server has ended the connection, and keeps what was typed",
		async (page) => {
			const { app } = suite;
			const lea = await newPerson("Lea");
			await signInQuickly(page, app, lea);
			await world.network.revoke(lea.did);
			await typeStatus(page, "🦄");
			const again = section(page, "Sign in to Bluesky again");
			await again.waitFor();
			expect(await page.getByLabel("Another emoji").inputValue()).toBe("🦄");
			await again.getByRole("button", { name: "Sign in with Bluesky" }).click();
			await approve(page, lea.password);
			await atHome(page, app);
			expect(await page.getByLabel("Another emoji").inputValue()).toBe("🦄");
			await page.getByRole("button", { name: "Set status" }).click();
			await history(page).filter({ hasText: "🦄" }).waitFor();
			await expect.poll(() => statusesOf(lea), POLL).toEqual(["🦄"]);
		},
		{ expectedErrors: REFUSED },
	);

	visit(
		"keeps what was typed where the person is signed out of the app, too",
		async (page) => {
			const { app } = suite;
			const mia = await newPerson("Mia");
			await signInQuickly(page, app, mia);
			await page.context().clearCookies();
			await typeStatus(page, "🦄");
			await atLanding(page, app);
			await enterHandle(page, mia.handle);
			await approve(page, mia.password);
			await atHome(page, app);
			expect(await page.getByLabel("Another emoji").inputValue()).toBe("🦄");
		},
		{ expectedErrors: REFUSED },
	);

	visit(
		"tells other tabs of a sign-out",
		async (page) => {
			const { app } = suite;
			await signInQuickly(page, app, await newPerson("Nora"));
			const other = await page.context().newPage();
			await open(other, app, pages.home.path);
			await other.getByRole("banner").getByText("nora.test").waitFor();
			await signOut(page);
			await atLanding(page, app);
			await atLanding(other, app);
		},
		{ expectedErrors: REFUSED },
	);
}

function settings(suite: Suite): void {
	const { visit, world, newPerson } = suite;

	visit("changes the name, ends another session, and deletes the account", async (page) => {
		const { app } = suite;
		const olga = await newPerson("Olga");
		const elsewhere = await page.context().browser()?.newContext({ userAgent: "Another browser" });
		if (!elsewhere) throw new Error("There is no browser.");
		await signInQuickly(await elsewhere.newPage(), app, olga);
		await signInQuickly(page, app, olga);
		await page.getByRole("link", { name: pages.settings.title }).click();

		await page.getByLabel("Name").fill("Olga O.");
		await page.getByRole("button", { name: "Save" }).click();
		await page.getByText(messages.saved).waitFor();
		expect((await signedInUser(page.context(), app))?.name).toBe("Olga O.");

		const sessions = section(page, "Where you are signed in").getByRole("listitem");
		expect(await sessions.count()).toBe(2);
		const other = sessions.filter({ hasText: "Another browser" });
		await other.getByRole("button", { name: "Sign out" }).click();
		await other.waitFor({ state: "detached" });
		expect(await signedInUser(elsewhere, app)).toBeNull();
		await elsewhere.close();

		await page.getByText("Delete my account").click();
		await page.getByRole("button", { name: "Delete it for good" }).click();
		await atLanding(page, app);
		expect(await signedInUser(page.context(), app)).toBeNull();
		await expect.poll(() => world.network.liveTokens(olga.did), POLL).toEqual([]);
	});
}

function everyPage(suite: Suite, name: string): void {
	const { visit, newPerson } = suite;

	visit(
		"has pages that can be read by everybody, in light and dark, wide and narrow",
		async (page) => {
			const { app } = suite;
			for (const key of ["landing", "signUp", "error"] as const) {
				await open(page, app, pages[key].path);
				expect(await page.title()).toBe(`${pages[key].title} · Bluebell`);
				await look(page, `${name}-${key}`);
			}
			await signInQuickly(page, app, await newPerson("Pia"));
			await pick(page, "🥳");
			await feed(page).filter({ hasText: "Pia" }).waitFor();
			for (const key of ["home", "settings"] as const) {
				await open(page, app, pages[key].path);
				expect(await page.title()).toBe(`${pages[key].title} · Bluebell`);
				await page.getByRole("banner").getByText("pia.test").waitFor();
				await look(page, `${name}-${key}`);
			}
		},
	);
}
