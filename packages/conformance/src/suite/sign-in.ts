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
			expect(ui.text("submit")).toBe("Finding your account…");
			expect(ui.role("status").textContent).toContain("Finding your account…");
			expect(ui.form).toHaveAttribute("aria-busy", "true");
			expect(ui.input).toHaveAttribute("readonly");
			kit.server.at("/bsky/sign-in")[0]?.answer({ url: PDS_URL });
			await until(() => expect(ui.state("root")).toBe("redirecting"));
			expect(ui.role("status").textContent).toContain("Taking you to your server…");
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
			await userEvent.click(ui.role("button", "Continue with Bluesky"));
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
			await userEvent.click(ui.role("button", "Sign in with Bluesky"));
			await until(() => expect(ui.state("root")).toBe("failed"));
			expect(ui.role("alert").textContent).toContain("Enter your handle");
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
			["SERVER_UNREACHABLE", 502, "can’t be reached"],
			["TOO_MANY_REQUESTS", 429, "Too many attempts"],
			["NEVER_HEARD_OF", 400, "That didn’t work"],
		])("%s is explained beside the field, which has the focus", async (code, status, sentence) => {
			kit.server.refuse("/bsky/sign-in", code, status);
			const ui = await kit.open("BlueskySignIn");
			// It is there before, so that its text is announced.
			const alert = ui.role("alert");
			await kit.type(ui, "nobody.bsky.social");
			await userEvent.click(ui.role("button", "Sign in with Bluesky"));
			await until(() => expect(alert.textContent).toContain(sentence));
			expect(ui.role("alert")).toBe(alert);
			expect(document.activeElement).toBe(ui.input);
			expect(ui.input).toHaveAccessibleDescription(alert.textContent ?? "");
			expect(ui.input).toHaveAttribute("aria-invalid", "true");
			expect(kit.left).toEqual([]);
			// And it can be tried again.
			kit.server.reply("/bsky/sign-in", ({ answer }) => answer({ url: PDS_URL }));
			await kit.press("{Enter}");
			await until(() => expect(kit.left).toEqual([PDS_URL]));
			expect(ui.text("error")).toBe("");
			expect(ui.input).not.toHaveAttribute("aria-invalid");
		});

		test("one that the page came back with is shown, and taken out of the URL", async () => {
			history.replaceState(null, "", "?tab=2&error=access_denied&error_description=x#top");
			const ui = await kit.open("BlueskySignIn");
			await until(() => expect(ui.role("alert").textContent).toContain("cancelled"));
			expect(location.search + location.hash).toBe("?tab=2#top");
			await ui.update({ callbackURL: "/elsewhere" });
			expect(ui.role("alert").textContent).toContain("cancelled");
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
			await until(() => expect(ui.role("alert").textContent).toContain("cancelled"));
			expect(ui.part("error")).toBeVisible();
		});
	});

	describe("another server", () => {
		test("the field takes its address, and a handle again", async () => {
			const ui = await kit.open("BlueskySignIn");
			await kit.type(ui, "alice");
			await userEvent.click(ui.role("button", "Use another server"));
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
			await userEvent.click(ui.role("button", "Use another server"));
			await until(() => expect(ui.part("root").dataset.mode).toBe("server"));
			await userEvent.click(ui.role("button", "Use a handle"));
			await until(() => expect(ui.role("combobox", "Bluesky handle")).toBe(ui.input));
		});
	});

	describe("accounts used before", () => {
		test("are kept on request, used with one press, and forgotten", async () => {
			const first = await kit.open("BlueskySignIn", { remember: true });
			await kit.suggest(first);
			await kit.press("{ArrowDown}{Enter}{Enter}");
			await until(() => expect(kit.left).toHaveLength(1));
			await first.unmount();

			const ui = await kit.open("BlueskySignIn", { remember: true });
			await until(() => expect(ui.roles("list", "Used on this device")).toHaveLength(1));
			await userEvent.click(ui.part("account"));
			await until(() => expect(kit.left).toHaveLength(2));
			expect(bodies().at(-1)).toMatchObject({ handle: "alice.bsky.social" });
			await ui.unmount();

			const again = await kit.open("BlueskySignIn", { remember: true });
			await until(() => expect(again.has("account")).toBe(true));
			await userEvent.click(again.role("button", "Forget Alice Ångström"));
			await until(() => expect(again.has("account")).toBe(false));
			await again.unmount();
			const last = await kit.open("BlueskySignIn", { remember: true });
			expect(last.has("account")).toBe(false);
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
