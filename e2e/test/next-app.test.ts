import { approve as approveRequest } from "@better-auth-bsky/devnet";
import type { Page } from "playwright-core";
import { beforeAll, expect } from "vitest";
import { approve, deny } from "../../scripts/pds-pages.ts";
import { describeInBrowser, useBrowser } from "../src/browser.ts";
import { useWorld } from "../src/network.ts";
import {
	enterHandle,
	section,
	signedInUser,
	signIn,
	signUpWithEmail,
} from "../src/next-app-pages.ts";

describeInBrowser("the Next.js example", () => {
	const world = useWorld({ pdsCount: 2 });
	const visit = useBrowser();
	let url: string;
	beforeAll(async () => {
		({ url } = await world.startNextApp());
	});

	visit("signs in a new person, who then writes a post and signs out", async (page) => {
		const alice = world.network.account("alice.test");
		await signIn(page, url, alice);
		expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Alice");
		await section(page, "Bluesky connection").getByText("Active").waitFor();
		await section(page, "Bluesky connection").getByText("transition:generic").waitFor();
		await section(page, "Your posts").getByText("Salad for everybody on Sunday.").waitFor();
		expect(await page.locator("main").textContent()).not.toContain("placeholder.invalid");

		await page.getByLabel("What’s up?").fill("Written in a test.");
		await page.getByRole("button", { name: "Post" }).click();
		await section(page, "Your posts").getByText("Written in a test.").waitFor();

		await page.getByRole("button", { name: "Sign out" }).click();
		await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
		expect(await signedInUser(page, url)).toBeNull();
		await page.goto(`${url}/me`);
		expect(page.url()).toBe(`${url}/`);
	});

	visit("signs in a returning person as the same user", async (page) => {
		const bob = world.network.account("bob.test");
		await signIn(page, url, bob);
		const first = await signedInUser(page, url);
		await page.context().clearCookies();
		await signIn(page, url, bob);
		expect((await signedInUser(page, url))?.id).toBe(first?.id);
		expect(await world.network.liveTokens(bob.did)).toHaveLength(1);
	});

	visit("signs in somebody on another server", async (page) => {
		const dave = world.network.account("dave.pds2.test");
		await signIn(page, url, dave);
		await section(page, "Your posts").getByText("Hello from the other side.").waitFor();
	});

	visit("says that a sign-in was cancelled, and signs nobody in", async (page) => {
		const carla = world.network.account("carla.test");
		await page.goto(url);
		await enterHandle(page, carla.handle);
		await deny(page, carla.password);
		await page.getByRole("alert").filter({ hasText: "The sign-in was cancelled." }).waitFor();
		expect(new URL(page.url()).searchParams.get("error")).toBe("access_denied");
		expect(await signedInUser(page, url)).toBeNull();
		expect(await world.network.liveTokens(carla.did)).toEqual([]);
	});

	const withoutScript = async (page: Page) => {
		const carla = world.network.account("carla.test");
		await page.goto(url);
		await enterHandle(page, "nobody.test");
		await page.getByRole("alert").filter({ hasText: "No account with that handle" }).waitFor();

		// The server's own pages need JavaScript: what a person does there is done for them.
		let authorizationUrl = "";
		await page.route("**/api/auth/bsky/sign-in", async (route) => {
			const response = await route.fetch({ maxRedirects: 0 });
			authorizationUrl = response.headers().location ?? "";
			await route.fulfill({ response, status: 200, body: "On the way." });
		});
		await enterHandle(page, ` @${carla.handle.toUpperCase()} `);
		await page.getByText("On the way.").waitFor();
		await page.goto(String(await approveRequest(authorizationUrl, { account: carla })));
		await page.getByRole("heading", { level: 1, name: "Carla" }).waitFor();

		await page.getByLabel("What’s up?").fill("Written without JavaScript.");
		await page.getByRole("button", { name: "Post" }).click();
		await section(page, "Your posts").getByText("Written without JavaScript.").waitFor();
		await page.getByRole("button", { name: "Sign out" }).click();
		await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
		expect(await signedInUser(page, url)).toBeNull();
	};
	visit("needs no JavaScript", withoutScript, { javaScriptEnabled: false });

	visit(
		"says what is wrong with a handle",
		async (page) => {
			await page.goto(url);
			const alert = page.getByRole("alert").filter({ hasText: /./ });
			const says = async (handle: string, message: string) => {
				await enterHandle(page, handle);
				await alert.filter({ hasText: message }).waitFor();
			};
			await says("nobody.test", "No account with that handle");
			await says("alice@example.com", "looks like an e-mail address");
			await says("not a handle", "doesn't look like a handle");
			expect(await page.getByLabel("Bluesky handle").getAttribute("aria-invalid")).toBe("true");
			// The form is of use again.
			await enterHandle(page, "alice.test");
			await page.waitForURL("**/oauth/authorize?**");
			await page.goBack();
			await page.getByRole("button", { name: "Sign in with Bluesky" }).waitFor();
		},
		{ expectedErrors: /status of 4\d\d/ },
	);

	visit("shows an error of the address as text, in words of its own", async (page) => {
		await page.goto(`${url}/?error=access_denied&error_description=Call+555-0100`);
		await page.getByRole("alert").filter({ hasText: "was cancelled" }).waitFor();
		await page.goto(`${url}/error?error=else&error_description=%3Cimg+src%3Dx%3E`);
		expect(await page.getByRole("alert").first().textContent()).toBe("<img src=x>");
	});

	visit("connects Bluesky to a user with an e-mail address", async (page) => {
		const account = await world.network.createAccount({ handle: "erin.test", displayName: "Erin" });
		await signUpWithEmail(page, url, "Erna");
		const before = await signedInUser(page, url);
		await enterHandle(page, account.handle);
		await approve(page, account.password);
		await section(page, "Ways to sign in").getByText("@erin.test").waitFor();
		await section(page, "Ways to sign in").getByText("erna@example.com").waitFor();
		expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Erna");

		await page.getByRole("button", { name: "Sign out" }).click();
		await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
		await signIn(page, url, account);
		expect((await signedInUser(page, url))?.id).toBe(before?.id);
	});

	visit("tells other tabs of a sign-out", async (page) => {
		await signIn(page, url, world.network.account("alice.test"));
		const other = await page.context().newPage();
		await other.goto(`${url}/me`);
		await section(other, "Bluesky connection").getByText("Active").waitFor();
		await page.getByRole("button", { name: "Sign out" }).click();
		await other.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
	});

	visit("shows the person while the AppView is down", async (page) => {
		const { appView } = world.network;
		await appView?.stop();
		try {
			await signIn(page, url, world.network.account("bob.test"));
			await page.getByRole("heading", { level: 1, name: "Bob" }).waitFor();
			await section(page, "Bluesky connection").getByText("Active").waitFor();
			await section(page, "Your posts").getByText("New chain, new me.").waitFor();
		} finally {
			await appView?.start();
		}
	});

	visit(
		"says that a server is down, to who signs in and to who is signed in",
		async (page) => {
			const { pds } = world.network;
			await signIn(page, url, world.network.account("alice.test"));
			const visitor = await page.context().browser()?.newPage();
			if (!visitor) throw new Error("There is no browser.");
			await pds.stop();
			try {
				await visitor.goto(url);
				await enterHandle(visitor, "bob.test");
				const alert = visitor.getByRole("alert").filter({ hasText: "could not be reached" });
				await alert.waitFor();
				await page.reload();
				await page.getByText("Your server can’t be reached right now.").waitFor();
				await page.getByRole("heading", { level: 1, name: "Alice" }).waitFor();
			} finally {
				await pds.start();
				await visitor.close();
			}
			await page.reload();
			await section(page, "Your posts").getByText("Salad for everybody on Sunday.").waitFor();
		},
		// The pictures live on that server, too.
		{ expectedErrors: /status of 50\d|ERR_CONNECTION_REFUSED/ },
	);
});
