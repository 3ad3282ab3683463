import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { Kit } from "../kit/kit.ts";
import { PDS_URL } from "../kit/server.ts";
import { rest, until } from "../kit/ui.ts";

export function signIn(kit: Kit): void {
	const bodies = () => kit.server.at("/bsky/sign-in").map(({ body }) => body);

	describe("signing in", () => {
		test("from an idle form to the person's server", async () => {
			kit.server.hold("/bsky/sign-in");
			const ui = await kit.open("BlueskySignIn", { callbackURL: "/welcome" });
			expect(ui.state("root")).toBe("idle");
			await kit.type(ui, "Alice.bsky.social");
			await kit.press("{Enter}");
			await until(() => expect(ui.state("root")).toBe("submitting"));
			expect(ui.part("submit")).toHaveAccessibleName("Finding your account…");
			expect(ui.text("note")).toBe("Finding your account…");
			expect(ui.role("status").textContent).toContain("Finding your account…");
			expect(ui.form).toHaveAttribute("aria-busy", "true");
			expect(ui.input).toHaveAttribute("readonly");
			kit.server.at("/bsky/sign-in")[0]?.answer({ url: PDS_URL });
			await until(() => expect(ui.state("root")).toBe("redirecting"));
			expect(ui.role("status").textContent).toContain("Taking you to pds.example…");
			expect(kit.left).toEqual([PDS_URL]);
			expect(bodies()).toEqual([
				expect.objectContaining({
					handle: "Alice.bsky.social",
					callbackURL: "/welcome",
					errorCallbackURL: location.pathname + location.search,
					disableRedirect: true,
				}),
			]);
		});

		test("every option reaches the server", async () => {
			const ui = await kit.open("BlueskySignIn", {
				callbackURL: "/a",
				errorCallbackURL: "/b",
				newUserCallbackURL: "/c",
				requestSignUp: true,
				defaultServer: "https://pds.test",
			});
			await userEvent.click(ui.role("button", "Continue with pds.test"));
			await until(() => expect(kit.left).toEqual([PDS_URL]));
			expect(bodies()).toEqual([
				{
					handle: "https://pds.test",
					callbackURL: "/a",
					errorCallbackURL: "/b",
					newUserCallbackURL: "/c",
					requestSignUp: true,
					disableRedirect: true,
				},
			]);
		});

		test("an impatient person signs in once", async () => {
			kit.server.hold("/bsky/sign-in");
			const ui = await kit.open("BlueskySignIn");
			await kit.type(ui, "alice.bsky.social{Enter}");
			ui.part("submit").click();
			ui.part("continue").click();
			await kit.press("x{Enter}{Enter}");
			await until(() => expect(ui.state("submit")).toBe("submitting"));
			expect(ui.part("submit")).toHaveAttribute("aria-disabled", "true");
			expect(ui.input.value).toBe("alice.bsky.social");
			expect(bodies()).toHaveLength(1);
		});

		test("an empty field is told so, and nobody is asked", async () => {
			const ui = await kit.open("BlueskySignIn");
			await userEvent.click(ui.role("button", "Continue"));
			await until(() => expect(ui.state("root")).toBe("failed"));
			expect(ui.alert).toContain("Enter your handle");
			expect(document.activeElement).toBe(ui.input);
			expect(kit.server.asked).toEqual([]);
		});

		test("what is plainly wrong is said on leaving the field, and gone on typing on", async () => {
			const ui = await kit.open("BlueskySignIn");
			await kit.type(ui, "alice@mail.example");
			expect(ui.text("error")).toBe("");
			await kit.press("{Tab}");
			await until(() => expect(ui.text("error")).toContain("e-mail address"));
			await kit.type(ui, "x");
			await until(() => expect(ui.text("error")).toBe(""));
		});
	});

	describe("failures", () => {
		test.each([
			["HANDLE_NOT_FOUND", 404, "No account with that handle"],
			["HANDLE_INVALID", 400, "doesn’t look like a handle"],
			["HANDLE_IS_EMAIL", 400, "e-mail address"],
		])("%s is said under the field, which has the focus", async (code, status, sentence) => {
			kit.server.refuse("/bsky/sign-in", code, status);
			const ui = await kit.open("BlueskySignIn");
			// It is there before, so that its text is announced.
			const error = ui.part("error");
			await kit.type(ui, "nobody.bsky.social{Enter}");
			await until(() => expect(error.textContent).toContain(sentence));
			expect(ui.part("error")).toBe(error);
			expect(error).toHaveAttribute("role", "alert");
			expect(document.activeElement).toBe(ui.input);
			expect(ui.input).toHaveAccessibleDescription(error.textContent ?? "");
			expect(ui.input).toHaveAttribute("aria-invalid", "true");
			expect(ui.text("message")).toBe("");
			// And it can be tried again.
			kit.server.reply("/bsky/sign-in", ({ answer }) => answer({ url: PDS_URL }));
			await kit.press("{Enter}");
			await until(() => expect(kit.left).toEqual([PDS_URL]));
			expect(ui.text("error")).toBe("");
			expect(ui.input).not.toHaveAttribute("aria-invalid");
		});

		test.each([
			["SERVER_UNREACHABLE", 502, "can’t be reached", true],
			["TOO_MANY_REQUESTS", 429, "Too many attempts", true],
			["NEVER_HEARD_OF", 400, "That didn’t work", true],
			["SERVER_UNSUPPORTED", 422, "doesn’t support", false],
			["SIGNUP_DISABLED", 403, "signing up is closed", false],
		])("%s is said of the form, with its way out", async (code, status, sentence, helps) => {
			kit.server.refuse("/bsky/sign-in", code, status);
			const ui = await kit.open("BlueskySignIn");
			const message = ui.part("message");
			await kit.type(ui, "alice.bsky.social{Enter}");
			await until(() => expect(message.textContent).toContain(sentence));
			expect(ui.part("message")).toBe(message);
			// Nothing is wrong with what was typed.
			expect(ui.input).not.toHaveAttribute("aria-invalid");
			expect(ui.text("error")).toBe("");
			expect(ui.has("retry")).toBe(helps);
			expect(document.activeElement).not.toBe(document.body);
			if (!helps) return;
			kit.server.reply("/bsky/sign-in", ({ answer }) => answer({ url: PDS_URL }));
			await userEvent.click(ui.role("button", "Try again"));
			await until(() => expect(kit.left).toEqual([PDS_URL]));
			expect(bodies().at(-1)).toMatchObject({ handle: "alice.bsky.social" });
			expect(document.activeElement).not.toBe(document.body);
		});

		test("of another button say nothing of the field, which keeps its keyboard closed", async () => {
			kit.server.refuse("/bsky/sign-in", "SERVER_UNREACHABLE", 502);
			const ui = await kit.open("BlueskySignIn");
			await userEvent.click(ui.part("continue"));
			await until(() => expect(ui.text("message")).toContain("can’t be reached"));
			expect(ui.state("input")).toBe("valid");
			expect(document.activeElement).toBe(ui.part("continue"));
		});

		test("an e-mail address has a way on: Bluesky's own page takes it", async () => {
			const ui = await kit.open("BlueskySignIn");
			await kit.type(ui, "alice@example.com{Enter}");
			await until(() => expect(ui.text("error")).toContain("e-mail address"));
			ui.part("instead").focus();
			await kit.press("{Enter}");
			await until(() => expect(kit.left).toEqual([PDS_URL]));
			expect(document.activeElement).toBe(ui.part("continue"));
			expect(bodies()).toEqual([expect.objectContaining({ handle: "https://bsky.social" })]);
		});

		test("offline comes back by itself", async () => {
			kit.server.reply("/bsky/sign-in", ({ fail }) => fail());
			const ui = await kit.open("BlueskySignIn");
			await kit.type(ui, "alice.bsky.social{Enter}");
			await until(() => expect(ui.text("message")).toContain("offline"));
			dispatchEvent(new Event("online"));
			await until(() => expect(ui.text("message")).toBe(""));
			expect(ui.input.value).toBe("alice.bsky.social");
		});

		test("cancelling is no failure: a note, and what was typed is still there", async () => {
			const first = await kit.open("BlueskySignIn");
			await kit.type(first, "alice.bsky.social{Enter}");
			await until(() => expect(kit.left).toHaveLength(1));
			await first.unmount();
			history.replaceState(null, "", "?error=access_denied");
			const ui = await kit.open("BlueskySignIn");
			await until(() => expect(ui.state("message")).toBe("note"));
			expect(ui.text("message")).toContain("cancelled");
			expect(ui.input.value).toBe("alice.bsky.social");
			expect(ui.input).not.toHaveAttribute("aria-invalid");
			expect(document.activeElement).toBe(document.body);
		});

		test("one that the page came back with is shown, and taken out of the URL", async () => {
			history.replaceState(null, "", "?tab=2&error=access_denied&error_description=x#top");
			const ui = await kit.open("BlueskySignIn");
			await until(() => expect(ui.alert).toContain("cancelled"));
			expect(location.search + location.hash).toBe("?tab=2#top");
			await ui.update({ callbackURL: "/elsewhere" });
			expect(ui.alert).toContain("cancelled");
		});

		test("somebody else's ?error stays where it is", async () => {
			history.replaceState(null, "", "?error=somebody_elses");
			const ui = await kit.open("BlueskySignIn");
			expect(ui.text("error")).toBe("");
			expect(location.search).toBe("?error=somebody_elses");
		});

		test.each(["dialog", "button"] as const)("as a %s they are seen too", async (as) => {
			history.replaceState(null, "", "?error=access_denied");
			const ui = await kit.open("BlueskySignIn", { as });
			await until(() => expect(ui.alert).toContain("cancelled"));
			expect(ui.part(as === "dialog" ? "error" : "message")).toBeVisible();
		});
	});

	describe("another server", () => {
		test("the field takes its address, and a handle again", async () => {
			const ui = await kit.open("BlueskySignIn");
			await kit.type(ui, "alice");
			await userEvent.click(ui.role("button", "Another server"));
			await until(() => expect(ui.part("root").dataset.mode).toBe("server"));
			expect(ui.role("textbox", "Address of your server")).toBe(ui.input);
			expect(ui.input).toHaveAttribute("inputmode", "url");
			expect(ui.input.value).toBe("");
			expect(document.activeElement).toBe(ui.input);
			await kit.type(ui, "not an address{Enter}");
			await until(() => expect(ui.text("error")).toContain("server’s address"));
			await userEvent.clear(ui.input);
			await kit.type(ui, "pds.example.com{Enter}");
			await until(() => expect(kit.left).toEqual([PDS_URL]));
			expect(bodies()).toEqual([expect.objectContaining({ handle: "https://pds.example.com" })]);
			const asked = kit.server
				.at("/bsky/typeahead")
				.filter(({ query }) => !"alice".startsWith(query.q ?? ""));
			expect(asked).toEqual([]);
		});

		test("and back", async () => {
			const ui = await kit.open("BlueskySignIn");
			await userEvent.click(ui.role("button", "Another server"));
			await until(() => expect(ui.part("root").dataset.mode).toBe("server"));
			await userEvent.click(ui.role("button", "Use a handle"));
			await until(() => expect(ui.role("combobox", "Bluesky handle")).toBe(ui.input));
		});
	});

	describe("accounts used before", () => {
		const keep = (...accounts: object[]) =>
			localStorage.setItem("better-auth-bsky.accounts", JSON.stringify(accounts));
		const ALICE = { did: "did:plc:a", handle: "alice.bsky.social", displayName: "Alice Ångström" };
		const BOB = { did: "did:plc:b", handle: "bob.example" };

		test("come first, and one tap goes", async () => {
			keep(ALICE, BOB);
			kit.server.hold("/bsky/sign-in");
			const ui = await kit.open("BlueskySignIn", { remember: true });
			await until(() => expect(ui.roles("list", "Used on this device")).toHaveLength(1));
			expect(ui.text("title")).toBe("Welcome back");
			expect(ui.text("account")).toContain("Last used");
			expect(ui.has("input")).toBe(false);
			const [first, second] = ui.all("account") as [HTMLElement, HTMLElement];
			await userEvent.click(first);
			await until(() => expect(first.dataset.state).toBe("submitting"));
			expect(first.textContent).toContain("Finding your account…");
			expect(first.querySelector('[data-part="ring"]')).not.toBeNull();
			expect([second.dataset.state, second.getAttribute("aria-disabled")]).toEqual([
				"waiting",
				"true",
			]);
			kit.server.at("/bsky/sign-in")[0]?.answer({ url: PDS_URL });
			await until(() => expect(first.textContent).toContain("Taking you to pds.example…"));
			expect(bodies()).toEqual([expect.objectContaining({ handle: "alice.bsky.social" })]);
			expect(kit.left).toEqual([PDS_URL]);
		});

		test("another one is a press away, and back", async () => {
			keep(ALICE);
			const ui = await kit.open("BlueskySignIn", { remember: true });
			await until(() => expect(ui.has("account")).toBe(true));
			await userEvent.click(ui.role("button", "Use another account"));
			await until(() => expect(document.activeElement).toBe(ui.input));
			await userEvent.click(ui.role("button", "Used on this device"));
			await until(() => expect(document.activeElement).toBe(ui.part("account")));
			expect(bodies()).toEqual([]);
		});

		test("are removed in a mode of its own, and the focus goes to the next one", async () => {
			keep(ALICE, BOB);
			const forgotten: object[] = [];
			const ui = await kit.open("BlueskySignIn", {
				remember: true,
				onForget: (detail) => forgotten.push(detail),
			});
			await until(() => expect(ui.all("account")).toHaveLength(2));
			expect(ui.has("forget")).toBe(false);
			await userEvent.click(ui.role("button", "Edit list"));
			const bob = ui.role("button", "Forget @bob.example");
			await userEvent.click(ui.role("button", "Forget Alice Ångström"));
			await until(() => expect(ui.all("account")).toHaveLength(1));
			expect(document.activeElement).toBe(bob);
			await until(() =>
				expect(ui.role("status").textContent).toContain("Alice Ångström was removed"),
			);
			await userEvent.click(bob);
			await until(() => expect(document.activeElement).toBe(ui.input));
			expect(forgotten).toEqual([{ handle: "alice.bsky.social" }, { handle: "bob.example" }]);
			expect(localStorage.getItem("better-auth-bsky.accounts")).toBe("[]");
		});

		test("are not kept otherwise", async () => {
			const ui = await kit.open("BlueskySignIn");
			await kit.type(ui, "alice.bsky.social{Enter}");
			await until(() => expect(kit.left).toHaveLength(1));
			expect(localStorage.length).toBe(0);
		});
	});

	describe("coming and going", () => {
		test("back from the person's server, the form can be used again", async () => {
			const ui = await kit.open("BlueskySignIn");
			await kit.type(ui, "alice.bsky.social{Enter}");
			await until(() => expect(ui.state("root")).toBe("redirecting"));
			dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
			await until(() => expect(ui.state("root")).toBe("idle"));
			expect(ui.input.value).toBe("alice.bsky.social");
			await kit.press("{Enter}");
			await until(() => expect(kit.left).toHaveLength(2));
		});

		test("a form that is taken away in the middle goes nowhere", async () => {
			kit.server.hold("/bsky/sign-in");
			const ui = await kit.open("BlueskySignIn");
			await kit.type(ui, "alice.bsky.social{Enter}");
			await until(() => expect(bodies()).toHaveLength(1));
			await ui.unmount();
			const [asked] = kit.server.at("/bsky/sign-in");
			expect(asked?.signal?.aborted).toBe(true);
			asked?.answer({ url: PDS_URL });
			await rest(50);
			expect(kit.left).toEqual([]);
		});
	});
}
