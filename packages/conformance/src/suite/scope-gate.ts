/// <reference path="../css.d.ts" />
import "@better-auth-bsky/client/styles.css";
import type { BskySession } from "@better-auth-bsky/client/session";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import type { ScopeGateProps } from "../driver.ts";
import type { Kit, Opened } from "../kit/kit.ts";
import { SESSION } from "../kit/people.ts";
import { PDS_URL } from "../kit/server.ts";
import { rest, until } from "../kit/ui.ts";

const GRANTED = { ...SESSION, grantedScope: "atproto transition:generic" } as BskySession;
const ENDED: BskySession = { active: false, did: SESSION.did, reason: "session_expired" };
const NOT_LINKED: BskySession = { active: false, did: null, reason: "not_linked" };

type Page = Opened<ScopeGateProps>;

const TRIP = "better-auth-bsky.trip";

/** What was begun before is over once the browser loads a page. */
function loadPage(search: string): void {
	const trip = JSON.parse(sessionStorage.getItem(TRIP) ?? "null");
	sessionStorage.setItem(TRIP, JSON.stringify({ ...trip, at: performance.timeOrigin - 1000 }));
	history.replaceState(null, "", search || location.pathname);
}

/** What a page has that needs one more permission. */
export function scopeGate(kit: Kit): void {
	// A page remembers what was refused, and all tests share one.
	let scope = "";
	let scopes = 0;
	beforeEach(() => {
		scope = `repo:xyz.statusphere.status${++scopes}`;
	});

	const open = (session: BskySession | null, props: Partial<ScopeGateProps> = {}) => {
		const provider = { baseURL: kit.place(), session };
		return kit.open("BlueskyScopeGate", { scope, text: "Write", provider, ...props });
	};

	/** Asks, as somebody who comes back with an answer. */
	async function comeBackWith(search: string, session: BskySession = SESSION) {
		const before = await open(SESSION);
		await userEvent.click(ui(before));
		await until(() => expect(kit.left).toHaveLength(1));
		await before.unmount();
		loadPage(search);
		return open(session);
	}

	const ui = (page: Page) => page.part("allow");

	describe("BlueskyScopeGate", () => {
		test.each([
			["granted", GRANTED, "Write", undefined],
			["missing", SESSION, "The app needs one more permission from you for this.", "Allow"],
			["ended", ENDED, "The connection has ended. Nothing here is lost.", "Reconnect"],
			["not-connected", NOT_LINKED, "No Bluesky account is connected.", "Connect Bluesky"],
			["signed-out", null, "No Bluesky account is connected.", "Connect Bluesky"],
		] as const)(
			"%s: one sentence and one button, else what it is about",
			async (state, session, text, button) => {
				const page = await open(session);
				expect(page.state("gate")).toBe(state);
				expect(page.container.textContent?.trim()).toBe(text + (button ?? ""));
				expect(page.roles("button").map(({ textContent }) => textContent)).toEqual(
					button ? [button] : [],
				);
				expect(page.part("gate").lang).toBe("en");
			},
		);

		test("what it is about looks as it would without a gate", async () => {
			const page = await open(GRANTED);
			const gate = page.part("gate");
			const own = gate.appendChild(document.createElement("button"));
			own.setAttribute("aria-disabled", "false");
			const plain = page.container.appendChild(document.createElement("div"));
			for (const name of [
				"display",
				"font-size",
				"line-height",
				"max-inline-size",
				"row-gap",
			] as const)
				expect([name, getComputedStyle(gate).getPropertyValue(name)]).toEqual([
					name,
					getComputedStyle(plain).getPropertyValue(name),
				]);
			expect(getComputedStyle(own).opacity).toBe("1");
			own.remove();
			plain.remove();
		});

		test("nothing is said while nothing is known, and it follows the session", async () => {
			kit.server.hold("/bsky/session");
			const page = await kit.open("BlueskyScopeGate", {
				scope,
				text: "Write",
				provider: { baseURL: kit.place() },
			});
			expect([page.state("gate"), page.container.textContent?.trim()]).toEqual(["pending", ""]);
			await until(() => expect(kit.server.at("/bsky/session").at(-1)).toBeDefined());
			for (const asked of kit.server.at("/bsky/session")) asked.answer(GRANTED);
			await until(() => expect(page.container.textContent?.trim()).toBe("Write"));
		});

		test("several ask for the session once", async () => {
			kit.server.signIn();
			const provider = { baseURL: kit.place() };
			const page = await kit.open("Gates", { scopes: [scope, `${scope}?action=create`], provider });
			await until(() => expect(page.all("gate", "missing")).toHaveLength(2));
			expect(kit.server.at("/bsky/session")).toHaveLength(1);
		});

		test.each([
			["an upgrade", SESSION, "/bsky/upgrade", {}],
			["an upgrade, which connects again", ENDED, "/bsky/upgrade", {}],
			["a sign-in", NOT_LINKED, "/bsky/sign-in", { handle: "https://bsky.social", link: true }],
			["a sign-in", null, "/bsky/sign-in", { handle: "https://bsky.social", link: true }],
		] as const)(
			"the button begins %s, and leads back to this page",
			async (_, session, path, body) => {
				kit.server.hold(path);
				const page = await open(session);
				await userEvent.click(ui(page));
				await until(() => expect(page.state("gate")).toBe("asking"));
				expect(ui(page)).toHaveAttribute("aria-disabled", "true");
				await userEvent.click(ui(page), { force: true });
				const here = location.pathname + location.search;
				expect(kit.server.at(path).map(({ body }) => body)).toEqual([
					{
						...(session?.did && { scope }),
						...body,
						callbackURL: here,
						errorCallbackURL: here,
						disableRedirect: true,
					},
				]);
				kit.server.at(path)[0]?.answer({ url: PDS_URL });
				await until(() => expect(kit.left).toEqual([PDS_URL]));
				expect(page.text("allow")).toBe("Taking you to pds.example…");
				expect(document.activeElement).toBe(ui(page));
				dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
				await until(() => expect(page.state("gate")).not.toBe("asking"));
			},
		);

		test.each([
			[
				"a refusal",
				"?error=access_denied",
				"refused",
				"You didn’t allow it, and nothing has changed.",
			],
			["a part of it", "", "refused", "You didn’t allow it, and nothing has changed."],
			["another failure", "?error=wrong_account", "failed", "That was another account."],
			["one that nobody knows", "?error=whatever", "failed", "That didn’t work. Try again."],
		])("who comes back with %s is told, and may be asked again", async (_, search, state, text) => {
			const page = await comeBackWith(search);
			await until(() => expect(page.state("gate")).toBe(state));
			expect(page.role("status").textContent).toContain(text);
			expect(location.search).toBe("");
			kit.server.hold("/bsky/upgrade");
			await userEvent.click(ui(page));
			await until(() => expect(page.state("gate")).toBe("asking"));
		});

		test("a refusal is remembered for the page", async () => {
			const page = await comeBackWith("?error=access_denied");
			await page.unmount();
			const again = await open(SESSION);
			await until(() => expect(again.state("gate")).toBe("refused"));
		});

		test("what was allowed is there, and nothing was refused", async () => {
			const page = await comeBackWith("", GRANTED);
			await rest(20);
			expect(page.container.textContent?.trim()).toBe("Write");
		});

		test("only the gate that asked tells of the refusal, and no list takes it", async () => {
			const provider = { baseURL: kit.place(), session: SESSION };
			const scopes = [`${scope}?action=create`, `${scope}?action=delete`];
			const before = await kit.open("Gates", { scopes, provider });
			await userEvent.click(before.all("allow")[1] as Element);
			await until(() => expect(kit.left).toHaveLength(1));
			await before.unmount();
			loadPage("?error=access_denied");
			const list = await kit.open("BlueskyAccounts", { provider });
			const page = await kit.open("Gates", { scopes, provider });
			await until(() =>
				expect(page.all("gate").map(({ dataset }) => dataset.state)).toEqual([
					"missing",
					"refused",
				]),
			);
			expect(list.has("error", "shown")).toBe(false);
		});

		test("a failure that the server explains is told in its words", async () => {
			kit.server.refuse("/bsky/upgrade", "SERVER_REFUSED", 502);
			const onError = vi.fn();
			const page = await open(SESSION, { onError });
			const heard = vi.fn();
			page.container.addEventListener("bsky:error", heard);
			await userEvent.click(ui(page));
			await until(() => expect(page.role("status").textContent).toBe("For the log."));
			expect(onError.mock.calls).toEqual([[{ code: "SERVER_REFUSED" }]]);
			expect(heard.mock.calls[0]?.[0].detail).toEqual({ code: "SERVER_REFUSED" });
			expect(document.activeElement).toBe(ui(page));
		});

		test("a session that couldn't be had is asked for again", async () => {
			kit.server.reply("/bsky/session", ({ fail }) => fail());
			const page = await kit.open("BlueskyScopeGate", {
				scope,
				text: "Write",
				provider: { baseURL: kit.place() },
			});
			await until(() => expect(page.role("status").textContent).toContain("offline"));
			kit.server.signIn(GRANTED);
			await userEvent.click(page.role("button", "Try again"));
			await until(() => expect(page.container.textContent?.trim()).toBe("Write"));
			expect(document.activeElement).not.toBe(document.body);
		});

		test("another account than the session's is asked for", async () => {
			const did = "did:plc:max";
			kit.server.reply("/bsky/session", ({ query, answer }) =>
				answer(query.did === did ? { ...GRANTED, did } : SESSION),
			);
			const page = await open(SESSION, { did });
			await until(() => expect(page.container.textContent?.trim()).toBe("Write"));
		});

		test("it follows the scope", async () => {
			const page = await open(GRANTED);
			await page.update({ scope: "identity:handle" });
			await until(() => expect(page.state("gate")).toBe("missing"));
		});

		test("the app may ask in its own way", async () => {
			const page = await open(SESSION, { ownFallback: "Mine" });
			await userEvent.click(page.role("button", "Mine: missing"));
			await until(() => expect(kit.left).toEqual([PDS_URL]));
			expect(page.has("allow")).toBe(false);
		});
	});
}
