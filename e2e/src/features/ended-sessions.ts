import { pages } from "@better-auth-bsky/example-next-app/src/lib/product.ts";
import { approve } from "@better-auth-bsky/tools/pds-pages";
import { expect } from "vitest";
import {
	atHome,
	atLanding,
	enterHandle,
	history,
	hold,
	open,
	POLL,
	pick,
	section,
	signedInUser,
	signInQuickly,
	signOut,
	statusesOf,
	typeStatus,
} from "../actions.ts";
import { REFUSED } from "../browser.ts";
import type { Suite } from "../suite.ts";

/** What becomes of somebody who is signed out behind their back. */
export function endedSessions(suite: Suite): void {
	const { visit, world, newPerson } = suite;

	for (const [what, end] of [
		["the server has ended the connection", "revoke"],
		["the connection has expired", "expire"],
	] as const) {
		visit(
			`asks to sign in again where ${what}, and keeps what was typed`,
			async (page) => {
				const { app } = suite;
				const field = page.getByLabel("Another emoji");
				const lea = await newPerson(end === "revoke" ? "Lea" : "Leo");
				await signInQuickly(page, app, lea);
				await world.network[end](lea.did);
				await typeStatus(page, "🦄");
				const again = section(page, "Sign in to Bluesky again");
				await again.waitFor();
				expect(await field.inputValue()).toBe("🦄");
				await again.getByRole("button", { name: "Continue", exact: true }).click();
				await approve(page, lea.password);
				await atHome(page, app);
				expect(await field.inputValue()).toBe("🦄");
				await page.getByRole("button", { name: "Set status" }).click();
				await history(page).filter({ hasText: "🦄" }).waitFor();
				await expect.poll(() => statusesOf(lea), POLL).toEqual(["🦄"]);
				await expect.poll(() => field.inputValue(), POLL).toBe("");
				await typeStatus(page, "🎈");
				await expect.poll(() => statusesOf(lea), POLL).toEqual(["🎈", "🦄"]);
				await expect.poll(() => field.inputValue(), POLL).toBe("");
			},
			{ expectedErrors: REFUSED },
		);
	}

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
		"leaves the page where the person signs out while a status is being saved",
		async (page) => {
			const { app } = suite;
			const otto = await newPerson("Otto");
			await signInQuickly(page, app, otto);
			const releaseStatus = await hold(page, app, "answer");
			const releaseSignOut = await hold(page, app, "answer", (path) => path.endsWith("/sign-out"));
			await pick(page, "🌱");
			await expect.poll(() => statusesOf(otto), POLL).toEqual(["🌱"]);
			await signOut(page);
			await expect.poll(() => signedInUser(page.context(), app), POLL).toBeNull();
			releaseStatus();
			// What the page asks after that is answered before it hears of the sign-out.
			await page.waitForTimeout(500);
			releaseSignOut();
			await atLanding(page, app);
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
