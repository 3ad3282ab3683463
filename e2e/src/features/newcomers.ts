import { pages } from "@better-auth-bsky/example-next-app/src/lib/product.ts";
import {
	approve,
	authorizeButton,
	letIn,
	type Newcomer,
	signUp,
} from "@better-auth-bsky/tools/pds-pages";
import { expect } from "vitest";
import { atHome, atLanding, open, section, signedInUser, signOut } from "../actions.ts";
import type { Suite } from "../suite.ts";

/** Somebody without an account, from their first visit on. */
export function newcomers(suite: Suite): void {
	const { visit, world, newPerson } = suite;

	visit(
		"creates an account at the second server, comes back with one tap, and has two accounts",
		async (page) => {
			const { app } = suite;
			const host = new URL(world.network.pdses[1]?.url ?? "").host;
			const who: Newcomer = {
				username: `new-in-${app.name}`,
				email: `new-in-${app.name}@example.com`,
				password: "a long password",
			};
			const handle = `${who.username}.pds2.test`;

			await open(page, app);
			await page.locator("summary", { hasText: "Create an account" }).click();
			await page.getByRole("button", { name: `Create an account at ${host}` }).click();
			await page.getByRole("heading", { name: "Choose a username" }).waitFor();
			await signUp(page, who);
			await authorizeButton(page).click();
			await atHome(page, app);
			const user = await signedInUser(page.context(), app);

			await signOut(page);
			await atLanding(page, app);
			await page.getByRole("heading", { name: "Welcome back" }).waitFor();
			await page.getByRole("button", { name: handle }).click();
			await letIn(page, who.password);
			await atHome(page, app);
			expect((await signedInUser(page.context(), app))?.id).toBe(user?.id);

			const gwen = await newPerson(`Gwen-${app.name}`);
			await open(page, app, pages.settings.path);
			const bluesky = section(page, "Bluesky");
			await bluesky.getByRole("button", { name: "Connect another account" }).click();
			await bluesky.getByLabel("Bluesky handle").fill(gwen.handle);
			await bluesky.getByRole("button", { name: "Continue", exact: true }).click();
			await approve(page, gwen.password);
			await bluesky.getByText(gwen.handle).waitFor();

			const menu = page.getByRole("banner");
			await menu.locator("summary").click();
			await menu.getByRole("list", { name: "Switch account" }).getByText(handle).click();
			await expect.poll(() => menu.locator("[aria-current=true]").textContent()).toContain(handle);
			expect((await signedInUser(page.context(), app))?.id).toBe(user?.id);
		},
	);
}
