import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { Kit } from "../kit/kit.ts";
import { SESSION } from "../kit/people.ts";
import { PDS_URL } from "../kit/server.ts";
import { rest, until } from "../kit/ui.ts";

const ROWS = [
	{ id: "row-1", providerId: "bsky", accountId: "did:plc:alice" },
	{ id: "row-2", providerId: "github", accountId: "42" },
];

export function accounts(kit: Kit): void {
	const connected = () => {
		kit.server.reply("/list-accounts", ({ answer }) => answer(ROWS));
		kit.server.signIn();
	};

	describe("BlueskyAccounts", () => {
		test("shows the connected accounts, first by DID and then by name", async () => {
			connected();
			kit.server.hold("/bsky/session");
			const ui = await kit.open("BlueskyAccounts");
			expect(ui.state("connected-list")).toBe("pending");
			expect(ui.container.textContent).toContain("Loading…");
			await until(() => expect(ui.text("connected-account")).toContain("did:plc:alice"));
			for (const one of kit.server.at("/bsky/session")) {
				expect(one.query.did).toBe("did:plc:alice");
				if (!one.signal?.aborted) one.answer(SESSION);
			}
			await until(() => expect(ui.text("connected-account")).toContain("Alice Ångström"));
			expect(ui.role("list", "Connected accounts")).toBe(ui.part("connected-list"));
			expect(ui.roles("listitem")).toHaveLength(1);
		});

		test("says that there are none", async () => {
			const ui = await kit.open("BlueskyAccounts");
			await until(() =>
				expect(ui.container.textContent).toContain("No Bluesky account is connected."),
			);
		});

		test("connects one, and comes back to this page", async () => {
			const ui = await kit.open("BlueskyAccounts");
			await until(() => expect(ui.state("connected-list")).toBe("none"));
			await userEvent.click(ui.role("button", "Connect Bluesky"));
			await until(() => expect(kit.left).toEqual([PDS_URL]));
			expect(kit.server.at("/bsky/sign-in")[0]?.body).toMatchObject({
				handle: "https://bsky.social",
				callbackURL: location.pathname + location.search,
			});
			expect(ui.state("connected")).toBe("redirecting");
			dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
			await until(() => expect(ui.state("connected")).toBe("idle"));
		});

		test("disconnects one", async () => {
			connected();
			const ui = await kit.open("BlueskyAccounts");
			await until(() => expect(ui.text("connected-account")).toContain("Alice Ångström"));
			kit.server.hold("/unlink-account");
			await userEvent.click(ui.role("button", "Disconnect Alice Ångström"));
			await until(() => expect(ui.state("connected-account")).toBe("disconnecting"));
			expect(ui.part("connect")).toHaveAttribute("aria-disabled", "true");
			const [asked] = kit.server.at("/unlink-account");
			expect(asked?.body).toEqual({ accountId: "row-1" });
			asked?.answer({ status: true });
			await until(() => expect(ui.has("connected-account")).toBe(false));
		});

		test.each([
			["FAILED_TO_UNLINK_LAST_ACCOUNT", "only way to sign in"],
			["SESSION_NOT_FRESH", "Sign in again before"],
		])("explains a refusal: %s", async (code, sentence) => {
			connected();
			kit.server.refuse("/unlink-account", code);
			const ui = await kit.open("BlueskyAccounts");
			await until(() => expect(ui.text("connected-account")).toContain("Alice Ångström"));
			await userEvent.click(ui.role("button", "Disconnect Alice Ångström"));
			await until(() => expect(ui.role("alert").textContent).toContain(sentence));
			expect(ui.has("connected-account", "idle")).toBe(true);
		});

		test("explains the error that the page came back with", async () => {
			history.replaceState(null, "", "?error=account_already_linked_to_different_user");
			const ui = await kit.open("BlueskyAccounts");
			await until(() => expect(ui.role("alert").textContent).toContain("someone else"));
			expect(location.search).toBe("");
		});

		test("taken away in the middle, it goes nowhere", async () => {
			kit.server.hold("/bsky/sign-in");
			const ui = await kit.open("BlueskyAccounts");
			await userEvent.click(ui.part("connect"));
			await until(() => expect(kit.server.at("/bsky/sign-in")).toHaveLength(1));
			await ui.unmount();
			kit.server.at("/bsky/sign-in")[0]?.answer({ url: PDS_URL });
			await rest(50);
			expect(kit.left).toEqual([]);
		});

		test("takes the app's own button", async () => {
			const ui = await kit.open("BlueskyAccounts", { ownButton: "Add" });
			expect(ui.role("button", "Add")).toHaveClass("own");
			await userEvent.click(ui.role("button", "Add"));
			await until(() => expect(kit.left).toEqual([PDS_URL]));
		});
	});
}
