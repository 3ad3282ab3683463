import { type Account, approve as approveRequest } from "@better-auth-bsky/devnet";
import {
	approve,
	authorizeButton,
	deny,
	letIn,
	type Newcomer,
	signUp,
} from "@better-auth-bsky/tools/pds-pages";
import type { Page } from "playwright-core";
import { beforeAll, expect } from "vitest";
import { POLL, tabTo } from "../src/actions.ts";
import { describeInBrowser, OFFLINE, REFUSED, useBrowser } from "../src/browser.ts";
import { useWorld } from "../src/network.ts";
import { plainSite } from "../src/plain-site.ts";
import { useScreenReader } from "../src/screen-reader.ts";
import { type SmallApp, startSmallApp } from "../src/small-app.ts";

/** The custom elements in pages of HTML, with one script tag and nothing else. */
describeInBrowser("a plain page", () => {
	const world = useWorld({ pdsCount: 2 });
	const visit = useBrowser();
	let app: SmallApp;

	beforeAll(async () => {
		const { network } = world;
		const files = await plainSite(network);
		app = await startSmallApp({ network, name: "localhost", host: "127.0.0.1", files });
		world.undo(() => app.stop());
	});

	const field = (page: Page) => page.getByRole("combobox", { name: "Bluesky handle" });
	const alert = (page: Page, text: string) => page.getByRole("alert").filter({ hasText: text });
	const user = (page: Page) => page.locator("bluesky-user");
	const menu = (page: Page) => user(page).locator("summary");
	const switcher = (page: Page) => user(page).getByRole("list", { name: "Switch account" });
	const row = (page: Page, handle: string) =>
		page.locator("bluesky-accounts").getByRole("listitem").filter({ hasText: handle });

	/** Signs in, or connects the account, without the pages in between. */
	async function comeAs(page: Page, account: Account): Promise<void> {
		const response = await page.request.post(`${app.url}/api/auth/bsky/sign-in`, {
			headers: { origin: app.url },
			data: { handle: account.handle, callbackURL: "/me" },
		});
		const { url } = await response.json();
		await page.goto(String(await approveRequest(url, { account })));
		await menu(page).waitFor();
	}

	visit(
		"is enough to sign up, come back with one key, connect and switch, without a mouse",
		async (page) => {
			const { network } = world;
			const { keyboard } = page;
			const reader = await useScreenReader(page);
			const press = async (target: ReturnType<typeof menu>) => {
				await tabTo(page, target);
				await keyboard.press("Enter");
			};
			const who: Newcomer = {
				username: "new-in-html",
				email: "new-in-html@example.com",
				password: "a long password",
			};
			const handle = `${who.username}.pds2.test`;
			const alice = network.account("alice.test");

			await page.goto(app.url);
			await press(page.getByRole("button", { name: "Create an account" }));
			await page.getByRole("heading", { name: "Choose a username" }).waitFor();
			expect(new URL(page.url()).origin).toBe(network.pdses[1]?.url);
			await signUp(page, who);
			await authorizeButton(page).click();
			await page.waitForURL(`${app.url}/me`);
			await menu(page).getByText(handle).waitFor();

			await press(menu(page));
			await press(user(page).getByRole("button", { name: "Sign out" }));
			await user(page).getByRole("button", { name: "Sign in with Bluesky" }).waitFor();
			await reader.standsSomewhere();
			expect(await reader.heard()).toEqual(["Signing out…", "You’re signed out. Sign in again."]);

			await page.goto(app.url);
			await page.getByRole("heading", { name: "Welcome back" }).waitFor();
			await press(page.getByRole("button", { name: handle }));
			await letIn(page, who.password);
			await page.waitForURL(`${app.url}/me`);
			await press(page.getByRole("button", { name: "Connect another account" }));
			const dialog = page.getByRole("dialog", { name: "Connect another account" });
			await dialog.getByText(`You stay signed in as @${handle}.`).waitFor();
			await reader.standsSomewhere();
			await keyboard.type(alice.handle);
			await keyboard.press("Enter");
			await approve(page, alice.password);
			await row(page, alice.handle).waitFor();

			await press(menu(page));
			const current = switcher(page).locator("[aria-current=true]");
			await current.waitFor();
			const isAlice = (await current.textContent())?.includes(alice.handle);
			const other = isAlice ? handle : alice.handle;
			await press(switcher(page).getByRole("button", { name: other }));
			await expect.poll(() => current.textContent(), POLL).toContain(other);
			await reader.standsSomewhere();
			const name = isAlice ? `@${handle}` : "Alice";
			await expect.poll(reader.heard, POLL).toContain(`${name} is the current account now.`);
			await row(page, other).getByText("Current", { exact: true }).waitFor();
		},
		// Nobody is signed in after the sign-out.
		{ expectedErrors: REFUSED },
	);

	visit(
		"tells who has cancelled that nothing has happened, and who has mistyped what to do",
		async (page) => {
			const { handle, password } = world.network.account("alice.test");
			const reader = await useScreenReader(page);
			const note = page.locator("[data-part=note]");
			// As a page has it whose routes are behind #, which no server is told of.
			await page.goto(`${app.url}/#/welcome`);
			await field(page).fill(` @${handle}`);
			await field(page).press("Enter");
			await deny(page, password);
			await page.waitForURL(`${app.url}/#/welcome`);
			const cancelled = alert(page, "The sign-in was cancelled. Nothing has changed.");
			await cancelled.waitFor();
			const colorOf = (element: Element) => getComputedStyle(element).color;
			expect(await cancelled.evaluate(colorOf), "it is no error").toBe(
				await page.locator("h1").evaluate(colorOf),
			);
			expect(await field(page).inputValue()).toBe(` @${handle}`);
			expect(await field(page).getAttribute("aria-invalid")).toBeNull();

			for (const [typed, sentence] of [
				["alice@example.com", "That’s an e-mail address. Enter your handle"],
				["alcie.test", "No account with that handle was found. Check the spelling."],
			] as const) {
				await field(page).fill(typed);
				expect(await field(page).getAttribute("aria-invalid")).toBeNull();
				await field(page).press("Enter");
				await note.getByText(sentence).waitFor();
				expect(await field(page).getAttribute("aria-invalid")).toBe("true");
				const describedBy = await field(page).getAttribute("aria-describedby");
				expect(await note.getAttribute("id"), "it is read with the field").toBe(describedBy);
				expect(await reader.heard()).toContainEqual(expect.stringContaining(sentence));
				expect(await field(page).inputValue()).toBe(typed);
				expect(await field(page).evaluate((one) => one === document.activeElement)).toBe(true);
			}
		},
		{ expectedErrors: REFUSED },
	);

	visit(
		"goes on by itself once the network is back",
		async (page) => {
			const alice = world.network.account("alice.test");
			const context = page.context();
			await page.goto(app.url);
			await field(page).fill(alice.handle);
			await context.setOffline(true);
			await field(page).press("Enter");
			const offline = alert(page, "You seem to be offline.");
			await offline.waitFor();
			await context.setOffline(false);
			await offline.waitFor({ state: "detached" });
			expect(await field(page).inputValue()).toBe(alice.handle);
			await field(page).press("Enter");
			await approve(page, alice.password);
			await page.waitForURL(`${app.url}/me`);

			await page.goto(`${app.url}/later`);
			await page.waitForFunction(() => customElements.get("bluesky-user"));
			await context.setOffline(true);
			await page.evaluate(() => {
				const template = document.querySelector("template");
				if (template) document.body.append(template.content.cloneNode(true));
			});
			await user(page).getByText("We couldn’t check who is signed in.").waitFor();
			await offline.waitFor();
			await context.setOffline(false);
			await menu(page).getByText(alice.handle).waitFor();
			await row(page, alice.handle).waitFor();
			expect(await offline.count()).toBe(0);
		},
		{ expectedErrors: OFFLINE },
	);

	visit(
		"needs no pointer that hovers",
		async (page) => {
			const { network } = world;
			const isInside = () =>
				page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
			await page.goto(app.url);
			expect(await page.evaluate(() => matchMedia("(hover: none)").matches)).toBe(true);
			await field(page).tap();
			await page.keyboard.type("ali");
			const option = page.getByRole("option").filter({ hasText: "alice.test" });
			await option.locator("[data-part=face]").tap();
			await approve(page, network.account("alice.test").password);
			await page.waitForURL(`${app.url}/me`);
			await menu(page).getByText("alice.test").waitFor();
			await comeAs(page, network.account("bob.test"));
			await menu(page).tap();
			const current = switcher(page).locator("[aria-current=true]");
			await current.waitFor();
			expect(await isInside()).toBe(true);
			const isBob = (await current.textContent())?.includes("bob.test");
			const other = isBob ? "alice.test" : "bob.test";
			await switcher(page).getByRole("button", { name: other }).tap();
			await expect.poll(() => current.textContent(), POLL).toContain(other);
			await page.locator("h1").tap();
			await switcher(page).waitFor({ state: "hidden" });
			await menu(page).getByText(other).waitFor();
		},
		{ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } },
	);
});
