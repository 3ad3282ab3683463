import { describe, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import type { AccountsProps } from "../driver.ts";
import type { Kit, Opened } from "../kit/kit.ts";
import { ACCOUNTS, UNKNOWN } from "../kit/people.ts";
import { PDS_URL } from "../kit/server.ts";
import { inDialog, rest, until } from "../kit/ui.ts";

const [ALICE, MAX] = ACCOUNTS;

type Page = Opened<AccountsProps>;

/** What is on a person's screen, and told to who hears it. */
export function accounts(kit: Kit): void {
	/** A list that is loaded. */
	async function open(props: AccountsProps = {}, accounts = [ALICE, MAX]): Promise<Page> {
		kit.server.connect(...accounts);
		const ui = await kit.open("BlueskyAccounts", props);
		await until(() => expect(ui.all("connected-account")).toHaveLength(accounts.length));
		return ui;
	}

	/** The element with the focus, by its name or its text. */
	const focused = () => {
		const element = document.activeElement as HTMLElement;
		return element.ariaLabel ?? element.textContent;
	};

	/** What the list announces; the form in its dialog has one of its own. */
	const announced = (ui: Page) => ui.all("status").at(-1)?.textContent;

	const press = (ui: Page, name: string) => userEvent.click(ui.role("button", name));

	/** Says yes to the question. */
	const disconnect = async (ui: Page, name: string) => {
		await press(ui, `Disconnect ${name}`);
		await until(() => expect(focused()).toBe("Keep"));
		await press(ui, `Disconnect ${name}`);
	};

	const rows = (ui: Page) =>
		ui.all("connected-account").map((row) => ({
			who: [...row.querySelectorAll("[data-part=name], [data-part=handle]")].map(
				({ textContent }) => textContent,
			),
			state: [...row.querySelectorAll("[data-part=chip]")].map(({ textContent }) => textContent),
			verbs: [...row.querySelectorAll("button")].map(({ textContent }) => textContent),
		}));

	describe("BlueskyAccounts", () => {
		test("who, how it stands, and what can be done, in words and by one request", async () => {
			const ui = await open({}, [ALICE, MAX, UNKNOWN]);
			expect(rows(ui)).toEqual([
				{
					who: ["Alice Ångström", "@alice.bsky.social"],
					state: ["Current", "Active"],
					verbs: ["Disconnect"],
				},
				{
					who: ["Maximiliane Hohenstein", "@max.example.co.uk"],
					state: ["Ended"],
					verbs: ["Disconnect", "Make current", "Reconnect"],
				},
				{ who: [UNKNOWN.did], state: ["Active"], verbs: ["Disconnect", "Make current"] },
			]);
			expect(kit.server.at("/list-accounts")).toEqual([]);
			expect(ui.role("list", "Connected accounts")).toBe(ui.part("connected-list"));
			expect(ui.part("connected").lang).toBe("en");
		});

		test("alone, nobody has to be told that it is the current one", async () => {
			const ui = await open({}, [ALICE]);
			expect(rows(ui)).toMatchObject([{ state: ["Active"], verbs: ["Disconnect"] }]);
		});

		test.each([
			["its own", {}, "Connected accounts"],
			["the app's", { title: "Bluesky" }, "Bluesky"],
		])("a heading: %s", async (_, props, title) => {
			const ui = await open(props);
			expect(ui.role("heading").textContent).toBe(title);
		});

		test("or none, and the app's classes", async () => {
			const looks = { className: "card", classNames: { disconnect: "btn" } };
			const ui = await open({ title: false, ...looks });
			expect(ui.part("connected").querySelector(":scope > [data-part=title]")).toBeNull();
			expect(ui.part("connected")).toHaveClass("card");
			expect(ui.part("disconnect")).toHaveClass("btn");
		});

		test.each([
			["loading", () => kit.server.hold("/bsky/accounts"), "Loading…"],
			["that there are none", () => {}, "No Bluesky account is connected."],
			[
				"that nobody is signed in",
				() => kit.server.refuse("/bsky/accounts", "UNAUTHORIZED", 401),
				"You’re signed out. Sign in again.",
			],
		])("says %s", async (_, arrange, text) => {
			arrange();
			const ui = await kit.open("BlueskyAccounts");
			await until(() => expect(ui.container.textContent).toContain(text));
		});

		describe("a list that couldn't be had", () => {
			async function openOffline() {
				kit.server.reply("/bsky/accounts", ({ fail }) => fail());
				const onError = vi.fn();
				const ui = await kit.open("BlueskyAccounts", { onError });
				await until(() => expect(ui.text("error")).toContain("offline"));
				expect(onError).toHaveBeenLastCalledWith({ code: "NETWORK_ERROR" });
				return ui;
			}

			test("is asked for again by a button, and the focus goes to what came", async () => {
				const ui = await openOffline();
				kit.server.connect(ALICE);
				await press(ui, "Try again");
				await until(() => expect(focused()).toBe("Disconnect Alice Ångström"));
				expect(ui.has("error", "shown")).toBe(false);
			});

			test("comes by itself once the browser is online", async () => {
				const ui = await openOffline();
				kit.server.connect(ALICE);
				dispatchEvent(new Event("online"));
				await until(() => expect(ui.all("connected-account")).toHaveLength(1));
				expect(ui.has("retry")).toBe(false);
			});
		});

		describe("disconnecting", () => {
			test("asks one question, which says what is lost; Keep has the focus", async () => {
				const ui = await open();
				await press(ui, "Disconnect Alice Ångström");
				await until(() => expect(focused()).toBe("Keep"));
				const loss = "This app will no longer be able to act for this account.";
				const question = ui.role("group", `Disconnect Alice Ångström? ${loss}`);
				expect(question.textContent).toContain(`Disconnect Alice Ångström?${loss}`);
				expect(kit.server.asked.filter(({ method }) => method === "POST")).toEqual([]);
			});

			test.each([
				["Keep", (ui: Page) => press(ui, "Keep")],
				["Escape", () => kit.press("{Escape}")],
			])("%s answers no, and the focus returns", async (_, answer) => {
				const ui = await open();
				await press(ui, "Disconnect Alice Ångström");
				await until(() => expect(focused()).toBe("Keep"));
				await answer(ui);
				await until(() => expect(focused()).toBe("Disconnect Alice Ångström"));
				expect(ui.has("question")).toBe(false);
				expect(kit.server.at("/unlink-account")).toEqual([]);
			});

			test("in a dialog of the app's, the first Escape belongs to the question", async () => {
				const ui = await open();
				await inDialog(ui.container, async (dialog) => {
					await press(ui, "Disconnect Alice Ångström");
					await until(() => expect(focused()).toBe("Keep"));
					await kit.press("{Escape}");
					await until(() => expect(ui.has("question")).toBe(false));
					await rest(50);
					expect(dialog.open).toBe(true);
					await kit.press("{Escape}");
					await until(() => expect(dialog.open).toBe(false));
				});
			});

			test("a second question closes the first", async () => {
				const ui = await open();
				await press(ui, "Disconnect Alice Ångström");
				await press(ui, "Disconnect Maximiliane Hohenstein");
				await until(() => expect(focused()).toBe("Keep"));
				expect(ui.all("question")).toHaveLength(1);
				expect(ui.part("question").textContent).toContain("Maximiliane");
			});

			test("by better-auth's id of the row, which is asked for only then", async () => {
				const onDisconnect = vi.fn();
				const ui = await open({ onDisconnect });
				const heard = vi.fn();
				ui.container.addEventListener("bsky:disconnect", heard);
				kit.server.hold("/unlink-account");
				await disconnect(ui, "Maximiliane Hohenstein");
				await until(() => expect(kit.server.at("/unlink-account")).toHaveLength(1));
				const [asked] = kit.server.at("/unlink-account");
				expect(asked?.body).toEqual({ accountId: "row of did:plc:max" });
				expect(ui.all("disconnect", "busy")).toHaveLength(1);
				for (const button of ui.part("connected-list").querySelectorAll("button"))
					expect(button).toHaveAttribute("aria-disabled", "true");
				asked?.answer({ status: true });
				await until(() => expect(announced(ui)).toBe("Maximiliane Hohenstein was disconnected."));
				expect(onDisconnect.mock.calls).toEqual([[{ did: MAX.did }]]);
				expect(heard.mock.calls[0]?.[0].detail).toEqual({ did: MAX.did });
			});

			test.each([
				["the next row", [ALICE, MAX], "Alice Ångström", "Disconnect Maximiliane Hohenstein"],
				[
					"what adds one, after the last",
					[ALICE, MAX],
					"Maximiliane Hohenstein",
					"Connect another",
				],
				["what adds one, where there is none", [ALICE], "Alice Ångström", "Connect Bluesky"],
			])("the focus goes to %s", async (_, accounts, name, expected) => {
				const ui = await open({}, accounts);
				kit.server.reply("/unlink-account", ({ answer }) => {
					kit.server.connect(...accounts.filter(({ displayName }) => displayName !== name));
					answer({ status: true });
				});
				await disconnect(ui, name);
				await until(() => expect(focused()).toContain(expected));
			});

			test.each([
				["FAILED_TO_UNLINK_LAST_ACCOUNT", "only way to sign in"],
				["SESSION_NOT_FRESH", "Sign in again before"],
			])("a refusal is explained in its row: %s", async (code, sentence) => {
				kit.server.refuse("/unlink-account", code);
				const onError = vi.fn();
				const ui = await open({ onError });
				await disconnect(ui, "Maximiliane Hohenstein");
				const row = () => ui.all("connected-account")[1];
				await until(() =>
					expect(row()?.querySelector("[role=alert]")?.textContent).toContain(sentence),
				);
				expect(ui.all("error", "shown")).toHaveLength(1);
				expect(row()?.querySelector("[data-part=name]")).toBeVisible();
				await until(() => expect(focused()).toBe("Disconnect Maximiliane Hohenstein"));
				expect(onError.mock.calls).toEqual([[{ code }]]);
			});
		});

		describe("another account as the current one", () => {
			test("it says so, keeps the focus, and tells", async () => {
				const onSwitch = vi.fn();
				const ui = await open({ onSwitch });
				kit.server.hold("/bsky/switch");
				await press(ui, "Make current: Maximiliane Hohenstein");
				await until(() => expect(ui.state("connected")).toBe("switching"));
				const [asked] = kit.server.at("/bsky/switch");
				expect(asked?.body).toEqual({ did: MAX.did });
				asked?.answer({ did: MAX.did });
				await until(() =>
					expect(announced(ui)).toBe("Maximiliane Hohenstein is the current account now."),
				);
				expect(rows(ui).map(({ state }) => state)).toEqual([["Active"], ["Current", "Ended"]]);
				await until(() => expect(focused()).toBe("Disconnect Maximiliane Hohenstein"));
				expect(onSwitch.mock.calls).toEqual([[{ did: MAX.did }]]);
			});

			test("a refusal is explained in its row, and the focus stays", async () => {
				kit.server.refuse("/bsky/switch", "NOT_LINKED", 404);
				const ui = await open();
				await press(ui, "Make current: Maximiliane Hohenstein");
				await until(() =>
					expect(ui.all("connected-account")[1]?.textContent).toContain("is connected."),
				);
				expect(focused()).toBe("Make current: Maximiliane Hohenstein");
			});
		});

		describe("an account whose session has ended", () => {
			test("is connected again: the pressed button says where the browser goes", async () => {
				const ui = await open();
				kit.server.hold("/bsky/sign-in");
				await press(ui, "Reconnect Maximiliane Hohenstein");
				await until(() => expect(ui.text("reconnect")).toBe("Finding your account…"));
				const [asked] = kit.server.at("/bsky/sign-in");
				expect(asked?.body).toMatchObject({
					handle: MAX.did,
					link: true,
					callbackURL: location.pathname + location.search,
				});
				asked?.answer({ url: PDS_URL });
				await until(() => expect(kit.left).toEqual([PDS_URL]));
				expect(ui.text("reconnect")).toBe("Taking you to pds.example…");
				expect(announced(ui)).toBe("Taking you to pds.example…");
				expect(document.activeElement).toBe(ui.part("reconnect"));
				dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
				await until(() => expect(ui.state("connected")).toBe("idle"));
			});

			test("a failure that it comes back with is said in its row", async () => {
				const before = await open();
				await press(before, "Reconnect Maximiliane Hohenstein");
				await until(() => expect(kit.left).toHaveLength(1));
				await before.unmount();
				history.replaceState(null, "", "?error=access_denied");
				const ui = await open({ error: "access_denied" });
				const row = ui.all("connected-account")[1];
				await until(() => expect(row?.textContent).toContain("Nothing has changed"));
				expect(ui.all("error", "shown")).toHaveLength(1);
				expect(location.search).toBe("");
			});

			test("on the page that follows the app hears of it", async () => {
				const before = await open();
				await press(before, "Reconnect Maximiliane Hohenstein");
				await until(() => expect(kit.left).toHaveLength(1));
				await before.unmount();
				const onConnect = vi.fn();
				const ui = await open({ onConnect }, [ALICE, { ...MAX, active: true }]);
				await until(() => expect(onConnect.mock.calls).toEqual([[{ did: MAX.did }]]));
				await ui.unmount();
				await open({ onConnect }, [ALICE, { ...MAX, active: true }]);
				expect(onConnect).toHaveBeenCalledTimes(1);
			});
		});

		describe("one more account", () => {
			test.each([
				["the first is the main action", [], "Connect Bluesky", "primary"],
				["another one isn't", [ALICE], "Connect another account", "secondary"],
			])("%s", async (_, accounts, name, state) => {
				const ui = await open({}, accounts);
				expect(ui.part("add").contains(ui.role("button", name))).toBe(true);
				expect(ui.state("add")).toBe(state);
			});

			test("of any server, by the dialog, and it leads back to this page", async () => {
				const ui = await open();
				await press(ui, "Connect another account");
				await until(() => expect(ui.input).toBeVisible());
				await kit.type(ui, "bob.example.com{Enter}");
				await until(() => expect(kit.left).toEqual([PDS_URL]));
				expect(kit.server.at("/bsky/sign-in")[0]?.body).toMatchObject({
					handle: "bob.example.com",
					link: true,
					callbackURL: location.pathname + location.search,
				});
				await ui.unmount();
				const onConnect = vi.fn();
				await open({ onConnect }, [ALICE, MAX, UNKNOWN]);
				await until(() => expect(onConnect.mock.calls).toEqual([[{ did: UNKNOWN.did }]]));
			});

			test("what it came back with is explained beside it, once", async () => {
				const before = await open();
				await press(before, "Connect another account");
				await kit.type(before, "bob.example.com{Enter}");
				await until(() => expect(kit.left).toHaveLength(1));
				await before.unmount();
				history.replaceState(null, "", "?error=account_already_linked_to_different_user");
				const ui = await open({ error: "account_already_linked_to_different_user" });
				await until(() => expect(location.search).toBe(""));
				expect(ui.all("error", "shown").map(({ textContent }) => textContent)).toEqual([
					"This account is already connected to someone else here.",
				]);
				expect(ui.part("connected")).toBe(ui.part("error", "shown").parentElement);
			});

			test("the button is the app's own", async () => {
				const ui = await open({ ownButton: "Add" }, []);
				expect(ui.role("button", "Add")).toHaveClass("own");
				await press(ui, "Add");
				await until(() => expect(ui.input).toBeVisible());
			});
		});

		test("taken away in the middle, it goes nowhere", async () => {
			kit.server.hold("/bsky/sign-in");
			const ui = await open();
			await userEvent.click(ui.part("reconnect"));
			await until(() => expect(kit.server.at("/bsky/sign-in")).toHaveLength(1));
			await ui.unmount();
			kit.server.at("/bsky/sign-in")[0]?.answer({ url: PDS_URL });
			await rest(50);
			expect(kit.left).toEqual([]);
		});
	});
}
