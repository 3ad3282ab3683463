import { describe, expect, test } from "vitest";
import { cdp, userEvent } from "vitest/browser";
import { onlyInChromium } from "../kit/browser.ts";
import type { Kit } from "../kit/kit.ts";
import { rest, type Ui, until } from "../kit/ui.ts";

/** The highlighted option, as assistive technology learns of it. */
const announced = (ui: Ui) => {
	const id = ui.input.getAttribute("aria-activedescendant");
	const option = id === null ? null : document.getElementById(id);
	expect(ui.all("option", "active")).toEqual(option ? [option] : []);
	if (option) expect(option).toHaveAttribute("aria-selected", "true");
	return option && ui.all("option").indexOf(option);
};

interface Ime {
	send(method: string, params: Record<string, unknown>): Promise<unknown>;
}

/** The keys: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/examples/combobox-autocomplete-list/ */
export function combobox(kit: Kit, name: "BlueskySignIn" | "CustomSignIn"): void {
	describe(`the combobox of ${name}`, () => {
		const highlights = (ui: Ui, index: number | null) =>
			until(() => expect(announced(ui)).toBe(index));

		test("suggests while typing, and says how many", async () => {
			const ui = await kit.open(name);
			expect(ui.role("combobox", "Bluesky handle")).toBe(ui.input);
			expect(ui.input).toHaveAttribute("aria-expanded", "false");
			expect(ui.input).toHaveAttribute("aria-autocomplete", "list");
			expect(ui.input).toHaveAttribute("autocomplete", "username");
			expect(ui.input).toHaveAttribute("name", "username");
			// Within the time that a person is given to rest, however busy the machine is.
			ui.input.focus();
			for (const key of "ali") document.execCommand("insertText", false, key);
			await until(() => expect(ui.state("list")).toBe("open"));
			expect(ui.input).toHaveAttribute("aria-expanded", "true");
			const list = ui.role("listbox", "Suggestions");
			expect(ui.input).toHaveAttribute("aria-controls", list.id);
			expect(ui.roles("option")).toHaveLength(4);
			expect(ui.role("status").textContent).toContain("4 suggestions");
			expect(kit.server.at("/bsky/typeahead").map(({ query }) => query.q)).toEqual(["ali"]);
			await kit.type(ui, "ce");
			await until(() => expect(ui.role("status").textContent).toContain("1 suggestion"));
		});

		test("arrows go round, and bring what they reach into view", async () => {
			const ui = await kit.open(name);
			await kit.suggest(ui);
			for (const index of [0, 1, 2, 3, 0]) {
				await kit.press("{ArrowDown}");
				await highlights(ui, index);
			}
			for (const index of [3, 2]) {
				await kit.press("{ArrowUp}");
				await highlights(ui, index);
			}
			expect(document.activeElement).toBe(ui.input);
			ui.part("list").style.cssText = "max-height: 30px; overflow: auto";
			await kit.press("{ArrowDown}");
			await until(() => expect(ui.part("list").scrollTop).toBeGreaterThan(0));
		});

		test("ArrowUp begins at the end", async () => {
			const ui = await kit.open(name);
			await kit.suggest(ui);
			await kit.press("{ArrowUp}");
			await highlights(ui, 3);
		});

		test("Enter picks, and a second Enter signs in", async () => {
			const ui = await kit.open(name);
			await kit.suggest(ui);
			await kit.press("{ArrowDown}{ArrowDown}{Enter}");
			await until(() => expect(ui.input.value).toBe("ali.example.com"));
			expect(ui.state("list")).toBe("closed");
			expect(kit.server.at("/bsky/sign-in")).toEqual([]);
			await kit.press("{Enter}");
			await until(() => expect(kit.left).toHaveLength(1));
			expect(kit.server.at("/bsky/sign-in")[0]?.body?.handle).toBe("ali.example.com");
		});

		test("Enter without a choice signs in with the text", async () => {
			const ui = await kit.open(name);
			await kit.suggest(ui);
			await kit.press("{Enter}");
			await until(() => expect(kit.server.at("/bsky/sign-in")[0]?.body?.handle).toBe("ali"));
		});

		test("Escape closes the list, and what was typed stays", async () => {
			const ui = await kit.open(name);
			await kit.suggest(ui);
			await kit.press("{ArrowDown}{Escape}");
			await until(() => expect(ui.state("list")).toBe("closed"));
			expect(ui.input.value).toBe("ali");
			const next = new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true });
			expect(ui.input.dispatchEvent(next), "it is left to a dialog").toBe(true);
			expect(ui.input.value).toBe("ali");
		});

		test("Alt and arrows open and close without a choice", async () => {
			const ui = await kit.open(name);
			await kit.suggest(ui);
			await kit.press("{Alt>}{ArrowUp}{/Alt}");
			await until(() => expect(ui.state("list")).toBe("closed"));
			await kit.press("{Alt>}{ArrowDown}{/Alt}");
			await until(() => expect(ui.state("list")).toBe("open"));
			await highlights(ui, null);
			await kit.press("{Escape}{ArrowDown}");
			await highlights(ui, 0);
		});

		test.each(["Home", "End", "ArrowLeft", "ArrowRight"])(
			"%s goes back to the text",
			async (key) => {
				const ui = await kit.open(name);
				await kit.suggest(ui);
				await kit.press("{ArrowDown}");
				await highlights(ui, 0);
				await kit.press(`{${key}}`);
				await highlights(ui, null);
				expect(ui.state("list")).toBe("open");
				expect(ui.input.selectionStart).toBe({ Home: 0, ArrowLeft: 2 }[key] ?? 3);
			},
		);

		test("Tab goes on and takes nothing along", async () => {
			const ui = await kit.open(name);
			await kit.suggest(ui);
			await kit.press("{ArrowDown}{Tab}");
			await until(() => expect(ui.state("list")).toBe("closed"));
			expect(document.activeElement).toBe(ui.part("submit"));
			expect(ui.input.value).toBe("ali");
		});

		test("typing on goes back to the text", async () => {
			const ui = await kit.open(name);
			await kit.suggest(ui);
			await kit.press("{ArrowDown}");
			await highlights(ui, 0);
			await kit.press("x");
			await highlights(ui, null);
			expect(ui.input.value).toBe("alix");
			await until(() => expect(ui.state("list")).toBe("closed"));
		});

		test("keys with a modifier belong to the browser", async () => {
			const ui = await kit.open(name);
			await kit.suggest(ui);
			await kit.press("{Control>}{ArrowDown}{/Control}{Shift>}{ArrowDown}{/Shift}");
			await highlights(ui, null);
		});

		test("a pointer highlights and picks, and the field keeps the focus", async () => {
			const ui = await kit.open(name);
			await kit.suggest(ui);
			const [, second] = ui.all("option") as [HTMLElement, HTMLElement];
			await userEvent.hover(second);
			await highlights(ui, 1);
			await userEvent.click(second);
			await until(() => expect(ui.input.value).toBe("ali.example.com"));
			expect(ui.state("list")).toBe("closed");
			expect(document.activeElement).toBe(ui.input);
			// A tap on a face is as clear as it gets.
			await until(() => expect(kit.left).toHaveLength(1));
			expect(kit.server.at("/bsky/sign-in")[0]?.body?.handle).toBe("ali.example.com");
		});

		test("picking needn't sign in", async () => {
			const ui = await kit.open(name, { pickSubmits: false });
			await kit.suggest(ui);
			await userEvent.click(ui.part("option"));
			await until(() => expect(ui.input.value).toBe("alice.bsky.social"));
			await rest(50);
			expect(kit.server.at("/bsky/sign-in")).toEqual([]);
		});

		test("leaving the field closes the list, and a late answer doesn't open it", async () => {
			const ui = await kit.open(name);
			kit.server.hold("/bsky/typeahead");
			await kit.type(ui, "ali");
			const last = await kit.lastAsked("ali");
			ui.input.blur();
			last.answer({ actors: [{ handle: "ali.example.com" }] });
			await until(() => expect(ui.all("option")).toHaveLength(1));
			expect(ui.state("list")).toBe("closed");
		});

		test("an input method composes in peace", async (context) => {
			onlyInChromium(context, "composition");
			const ui = await kit.open(name);
			const ime = cdp() as unknown as Ime;
			ui.input.focus();
			const compose = (text: string) =>
				ime.send("Input.imeSetComposition", {
					text,
					selectionStart: text.length,
					selectionEnd: text.length,
				});
			await compose("あ");
			await compose("ありす");
			await until(() => expect(ui.input.value).toBe("ありす"));
			// Enter and arrows belong to the input method meanwhile.
			for (const key of ["Enter", "ArrowDown", "Escape"]) {
				const event = new KeyboardEvent("keydown", {
					key,
					isComposing: true,
					bubbles: true,
					cancelable: true,
				});
				expect(ui.input.dispatchEvent(event), key).toBe(true);
			}
			await new Promise((resolve) => setTimeout(resolve, 250));
			expect(kit.server.asked).toEqual([]);
			expect(ui.input.value).toBe("ありす");
			await ime.send("Input.insertText", { text: "ありす" });
			await until(() => expect(kit.server.at("/bsky/typeahead")).toHaveLength(1));
			expect(kit.server.asked[0]?.query.q).toBe("ありす");
		});

		test("without suggestions it is a plain field", async () => {
			const ui = await kit.open(name, { suggestions: false });
			expect(ui.role("textbox", "Bluesky handle")).toBe(ui.input);
			await kit.type(ui, "alice.bsky.social");
			await new Promise((resolve) => setTimeout(resolve, 250));
			expect(kit.server.asked).toEqual([]);
			expect(ui.has("list")).toBe(false);
		});

		test("a server without suggestions makes it one, too", async () => {
			kit.server.refuse("/bsky/typeahead", "NOT_FOUND", 404);
			const ui = await kit.open(name);
			await kit.type(ui, "ali");
			await until(() => expect(ui.role("textbox", "Bluesky handle")).toBe(ui.input));
			expect(document.activeElement).toBe(ui.input);
			expect(ui.input.value).toBe("ali");
		});
	});
}
