import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { Kit } from "../kit/kit.ts";
import { SESSION } from "../kit/people.ts";
import { openMenu } from "../kit/states.ts";
import { rest, until } from "../kit/ui.ts";

export function session(kit: Kit): void {
	const asked = () => kit.server.at("/bsky/session");
	const here = () => ({ baseURL: kit.place() });

	describe("useBskySession", () => {
		test("pending, then who is signed in", async () => {
			kit.server.hold("/bsky/session");
			const ui = await kit.open("SessionProbe", { provider: here() });
			expect(ui.state("probe")).toBe("pending");
			await until(() => expect(asked()).toHaveLength(1));
			asked()[0]?.answer(SESSION);
			await until(() => expect(ui.state("probe")).toBe("signed-in"));
			expect(ui.text("probe")).toBe("alice.bsky.social");
		});

		test("nobody is no failure", async () => {
			const ui = await kit.open("SessionProbe", { provider: here() });
			await until(() => expect(ui.state("probe")).toBe("signed-out"));
		});

		test("a failure is told, and asking again helps", async () => {
			kit.server.reply("/bsky/session", ({ fail }) => fail());
			const ui = await kit.open("SessionProbe", { provider: here() });
			await until(() => expect(ui.state("probe")).toBe("failed"));
			kit.server.signIn();
			await userEvent.click(ui.role("button", "Refetch"));
			await until(() => expect(ui.text("probe")).toBe("alice.bsky.social"));
		});

		test("what the server knew needs no request", async () => {
			const ui = await kit.open("SessionProbe", { provider: { ...here(), session: SESSION } });
			expect(ui.state("probe")).toBe("signed-in");
			await rest(100);
			expect(kit.server.asked).toEqual([]);
		});

		test("a later one of the server's is shown, and the server asked to be sure", async () => {
			const place = here();
			const ui = await kit.open("SessionProbe", { provider: { ...place, session: SESSION } });
			kit.server.hold("/bsky/session");
			await ui.update({ provider: { ...place, session: null } });
			await until(() => expect(ui.state("probe")).toBe("signed-out"));
			expect(asked()).toHaveLength(1);
			asked()[0]?.answer({ code: "UNAUTHORIZED" }, 401);
			// A page out of a cache brings the one from before: it is old.
			await ui.update({ provider: { ...place, session: { ...SESSION } } });
			await rest(50);
			expect(ui.state("probe")).toBe("signed-out");
			expect(asked()).toHaveLength(1);
		});

		test("any number of components ask once", async () => {
			kit.server.signIn();
			const ui = await kit.open("Page", { provider: here() });
			await until(() => expect(ui.all("probe", "signed-in")).toHaveLength(2));
			await until(() => expect(ui.state("user")).toBe("signed-in"));
			await rest(50);
			expect(asked()).toHaveLength(1);
		});

		test("it comes through the app's own client, where there is one", async () => {
			kit.server.reply("/get-session", ({ answer }) =>
				answer({ user: { id: "1" }, session: { id: "1" } }),
			);
			kit.server.signIn();
			const authClient = kit.driver.createAuthClient();
			const ui = await kit.open("Page", { provider: { authClient } });
			await until(() => expect(ui.all("probe", "signed-in")).toHaveLength(2));
			expect(kit.server.at("/get-session")).toHaveLength(1);
			expect(asked()).toHaveLength(1);
			await openMenu(ui);
			kit.server.reply("/get-session", ({ answer }) => answer(null));
			await userEvent.click(ui.role("button", "Sign out"));
			await until(() => expect(ui.all("probe", "signed-out")).toHaveLength(2));
		});

		test("a component that is taken away in the middle is not missed", async () => {
			kit.server.hold("/bsky/session");
			const ui = await kit.open("SessionProbe", { provider: here() });
			await until(() => expect(asked()).toHaveLength(1));
			await ui.unmount();
			asked()[0]?.answer(SESSION);
			await rest(50);
		});
	});
}
