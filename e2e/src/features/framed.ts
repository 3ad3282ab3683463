import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pages } from "@better-auth-bsky/example-next-app/src/lib/product.ts";
import { approve } from "@better-auth-bsky/tools/pds-pages";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { atHome, hold, section, signedInUser } from "../actions.ts";
import { REFUSED } from "../browser.ts";
import type { Suite } from "../suite.ts";

/** Pages of the app that are shown in a frame of another page: no server shows its own in one. */
export function framed(suite: Suite): void {
	const { visit, newPerson } = suite;

	/** A page of the app's site around this address; what is in its frame. */
	async function frame(page: Page, path: string) {
		const { app } = suite;
		await serve(
			page,
			`${app.url}/around`,
			`<iframe src="${path}" width="900" height="800"></iframe>`,
		);
		await page.goto(`${app.url}/around`);
		return page.frameLocator("iframe");
	}

	visit("signs in, and connects an account, with the whole tab", async (page) => {
		const { app } = suite;
		const [fay, kim] = [await newPerson(`Fay-${app.name}`), await newPerson(`Kim-${app.name}`)];
		const landing = await frame(page, "/");
		await landing.getByLabel("Bluesky handle").fill(fay.handle);
		await landing.getByRole("button", { name: "Continue", exact: true }).click();
		await approve(page, fay.password);
		await atHome(page, app);

		await page.addInitScript(() =>
			document.addEventListener("bsky:connect", ({ type }) => {
				sessionStorage.setItem("heard", `${sessionStorage.getItem("heard") ?? ""}${type} `);
			}),
		);
		const settings = await frame(page, pages.settings.path);
		await settings.getByRole("button", { name: "Connect another account" }).click();
		await settings.getByLabel("Bluesky handle").fill(kim.handle);
		await settings.getByRole("button", { name: "Continue", exact: true }).click();
		await approve(page, kim.password);
		await section(page, "Bluesky").getByText(kim.handle).waitFor();
		await page.waitForLoadState("networkidle");
		const heard = await page.evaluate(() => sessionStorage.getItem("heard"));
		expect(heard, "the menu and the list tell of it as one").toBe("bsky:connect ");
	});

	const inWindow = async (page: Page) => {
		const { app } = suite;
		const gil = await newPerson(`Gil-${app.name}`);
		const script = await readFile(join(ROOT, "packages/elements/dist/bluesky.js"), "utf8");
		await serve(page, `${app.url}/bluesky.js`, script, "text/javascript");
		await serve(
			page,
			`${app.url}/inside`,
			`<script type="module" src="/bluesky.js"></script>
			<bluesky-sign-in frame="popup"></bluesky-sign-in><bluesky-user></bluesky-user>`,
		);
		const inside = await frame(page, "/inside");
		const begin = async () => {
			const popup = page.waitForEvent("popup");
			await inside.getByLabel("Bluesky handle").fill(gil.handle);
			await inside.getByRole("button", { name: "Continue", exact: true }).click();
			return popup;
		};
		// Once it shows the server's page, which lets nobody keep hold of it, it is the person's to close.
		const go = await hold(page, app, "request", (path) => path.endsWith("/bsky/sign-in"));
		const given = await begin();
		const closed = given.waitForEvent("close");
		await inside.getByRole("button", { name: "Cancel" }).click();
		await closed;
		go();

		const popup = await begin();
		const left = popup.waitForEvent("close");
		await approve(popup, gil.password);
		await left;
		expect(await signedInUser(page.context(), app)).not.toBeNull();
		await inside.locator("bluesky-user").getByText(gil.handle).waitFor();
		expect(await page.evaluate(() => sessionStorage.getItem("better-auth-bsky.trip"))).toBeNull();
	};
	// Nobody is signed in at first.
	visit("signs in in a window of its own, which closes", inWindow, { expectedErrors: REFUSED });
}

/** Answers for an address that the app has no page at. */
const serve = (page: Page, url: string, body: string, contentType = "text/html") =>
	page.context().route(url, (route) => route.fulfill({ body, contentType }));
