import { once } from "node:events";
import { createServer } from "node:http";
import { SENTENCES } from "@better-auth-bsky/core/shared";
import { messages } from "@better-auth-bsky/example-next-app/src/lib/product.ts";
import { expect } from "vitest";
import {
	alert,
	feed,
	history,
	hold,
	POLL,
	pick,
	reload,
	signInQuickly,
	typeStatus,
} from "../actions.ts";
import { REFUSED } from "../browser.ts";
import type { Suite } from "../suite.ts";

/** What the app is for. */
export function statuses(suite: Suite): void {
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
				await alert(page, SENTENCES.SERVER_UNREACHABLE).waitFor();
				await history(page).filter({ hasText: "🎈" }).waitFor({ state: "detached" });
				expect(await page.getByLabel("Another emoji").inputValue()).toBe("🎈");
				await reload(page, app);
				await page.getByText(messages.unreachable).waitFor();
			} finally {
				await pds.start();
			}
			await reload(page, app);
			await history(page).filter({ hasText: "☕" }).waitFor();
		},
		{ expectedErrors: /status of 50\d|ERR_CONNECTION_REFUSED/ },
	);

	visit(
		"shows what people write while the AppView gives no answer",
		async (page) => {
			const { app } = suite;
			const { appView } = world.network;
			if (!appView) throw new Error("The network has no AppView.");
			await signInQuickly(page, app, await newPerson("Quin"));
			await pick(page, "🌱");
			await feed(page).filter({ hasText: "Quin" }).waitFor();
			await appView.stop();
			const silent = createServer(() => {}).listen(appView.port, "127.0.0.1");
			await once(silent, "listening");
			try {
				await reload(page, app);
				await feed(page).filter({ hasText: "🌱" }).first().waitFor();
				expect(await feed(page).filter({ hasText: "Quin" }).count()).toBe(0);
			} finally {
				silent.closeAllConnections();
				silent.close();
				await once(silent, "close");
				await appView.start();
			}
		},
		{ expectedErrors: REFUSED },
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
				await reload(page, app);
				return feed(page).filter({ hasText: "🌋" }).filter({ hasText: "Kim" }).count();
			}, POLL)
			.toBe(1);
	});
}
