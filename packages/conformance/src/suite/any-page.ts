/// <reference path="../css.d.ts" />
import "@better-auth-bsky/client/styles.css";
import sheet from "@better-auth-bsky/client/styles.css?inline";
import { describe, expect, test } from "vitest";
import { cdp, userEvent } from "vitest/browser";
import { onlyInChromium } from "../kit/browser.ts";
import type { Kit } from "../kit/kit.ts";
import { ACCOUNTS, SESSION } from "../kit/people.ts";
import { PDS_URL } from "../kit/server.ts";
import { openMenu, STATES, show } from "../kit/states.ts";
import { until } from "../kit/ui.ts";

interface Frame {
	frame: { id: string };
	childFrames?: Frame[];
}

interface Browser {
	send(method: "Page.getFrameTree"): Promise<{ frameTree: Frame }>;
	send(
		method: "Accessibility.getFullAXTree",
		params: { frameId: string },
	): Promise<{ nodes: { ignored: boolean; role?: { value: string } }[] }>;
}

/** The roles in the browser's own tree, as a screen reader gets it: the test is in a frame. */
async function rolesInTree(): Promise<(string | undefined)[]> {
	const browser = cdp() as unknown as Browser;
	const idsOf = ({ frame, childFrames = [] }: Frame): string[] => [
		frame.id,
		...childFrames.flatMap(idsOf),
	];
	const { frameTree } = await browser.send("Page.getFrameTree");
	const trees = await Promise.all(
		idsOf(frameTree).map((frameId) => browser.send("Accessibility.getFullAXTree", { frameId })),
	);
	return trees.flatMap(({ nodes }) =>
		nodes.filter(({ ignored }) => !ignored).map(({ role }) => role?.value),
	);
}

/** What a browser does that translates a page. */
function translate(container: Element): void {
	const walker = document.createTreeWalker(container, NodeFilter.SHOW_TEXT);
	const texts: Node[] = [];
	while (walker.nextNode()) texts.push(walker.currentNode);
	for (const text of texts.filter(({ nodeValue }) => nodeValue?.trim())) {
		const font = document.createElement("font");
		font.append(`[${text.nodeValue}]`);
		text.parentNode?.replaceChild(font, text);
	}
}

/** Pages that an app may have, and how the components stand in them. */
export function anyPage(kit: Kit): void {
	const states = STATES.filter(({ name }) => name.startsWith("Bluesky"));
	const titled = states.map((state) => [state.name, state.title, state] as const);

	describe("what a screen reader finds", () => {
		/** What is announced from, by what is in the page at all: a live region that isn't is silent. */
		test.for(titled.filter(([name]) => name === "BlueskySignIn"))(
			"%s, %s: it is heard",
			async ([, , state], context) => {
				onlyInChromium(context, "the accessibility tree");
				await show(kit, state);
				const roles = await rolesInTree();
				expect(roles).toContain("alert");
				// A dialog that is closed says nothing, and there is nothing to say.
				if (state.title !== "dialog-closed") expect(roles).toContain("status");
			},
		);
	});

	test("a class of the app's wins over the sheet", async () => {
		const style = document.head.appendChild(document.createElement("style"));
		style.textContent =
			"@layer utilities { .mine { background-color: rgb(1, 2, 3); min-height: 60px } }";
		const ui = await kit.open("BlueskySignIn", {
			className: "root-mine",
			classNames: { continue: "mine", input: "in" },
		});
		const { backgroundColor, minHeight } = getComputedStyle(ui.part("continue"));
		style.remove();
		expect([backgroundColor, minHeight]).toEqual(["rgb(1, 2, 3)", "60px"]);
		expect(ui.part("root")).toHaveClass("root-mine");
		expect(ui.input).toHaveClass("in");
	});

	test.each(["form", "dialog", "button"] as const)(
		"the app's own element is left alone: %s",
		async (as) => {
			const plain = document.body.appendChild(document.createElement("button"));
			plain.textContent = "Let me in";
			const ui = await kit.open("BlueskySignIn", { as, ownButton: "Let me in" });
			const own = ui.container.querySelector(".own") as Element;
			const looks = (element: Element) => {
				const { backgroundColor, borderRadius, color, fontSize } = getComputedStyle(element);
				return {
					backgroundColor,
					borderRadius,
					color,
					isSmall: Number.parseFloat(fontSize) < 15,
				};
			};
			expect(looks(own)).toEqual(looks(plain));
			plain.remove();
		},
	);

	describe("inside another form", () => {
		test.each(["form", "dialog", "button"] as const)(
			"%s: it signs in, and the other isn't sent",
			async (as) => {
				const outer = document.body.appendChild(document.createElement("form"));
				let sent = 0;
				outer.addEventListener("submit", (event) => {
					event.preventDefault();
					sent++;
				});
				const ui = await kit.open("BlueskySignIn", { as });
				// As a browser has it that was told so by a script.
				outer.append(ui.container);
				if (as === "dialog") await userEvent.click(ui.part("open"));
				if (as === "button") await userEvent.click(ui.part("continue"));
				else await kit.type(ui, "alice.bsky.social{Enter}");
				await until(() => expect(kit.left).toHaveLength(1));
				expect(sent).toBe(0);
				await ui.unmount();
				outer.remove();
			},
		);
	});

	describe("in a shadow root", () => {
		test.each(["form", "dialog"] as const)(
			"%s: it opens, fails and finds its focus",
			async (as) => {
				const host = document.body.appendChild(document.createElement("div"));
				const root = host.attachShadow({ mode: "open" });
				const style = root.appendChild(document.createElement("style"));
				style.textContent = sheet;
				const ui = await kit.open("BlueskySignIn", { as }, root);
				if (as === "dialog") {
					await userEvent.click(ui.part("open"));
					await until(() => expect(root.activeElement).toBe(ui.input));
				}
				await kit.type(ui, "ali");
				await until(() => expect(ui.state("list")).toBe("open"));
				await kit.press("{ArrowDown}{Enter}");
				await until(() => expect(ui.input.value).toBe("alice.bsky.social"));
				kit.server.refuse("/bsky/sign-in", "HANDLE_NOT_FOUND", 404);
				await kit.press("{Enter}");
				await until(() => expect(ui.alert).toContain("No account"));
				expect(root.activeElement).toBe(ui.input);
				await ui.unmount();
				host.remove();
			},
		);
	});

	describe("translated by the browser, which puts other elements in the place of texts", () => {
		const baseURL = () => ({ provider: { baseURL: kit.place(), session: SESSION } });

		test("a form fails, and is tried again", async () => {
			kit.server.refuse("/bsky/sign-in", "SERVER_UNREACHABLE", 502);
			const ui = await kit.open("BlueskySignIn");
			translate(ui.container);
			await kit.type(ui, "alice.bsky.social{Enter}");
			await until(() => expect(ui.text("message")).toContain("can’t be reached"));
			translate(ui.container);
			kit.server.refuse("/bsky/sign-in", "HANDLE_IS_EMAIL");
			await userEvent.click(ui.part("retry"));
			await until(() => expect(ui.text("error")).toContain("e-mail"));
			expect(ui.text("message")).toBe("");
			translate(ui.container);
			kit.server.reply("/bsky/sign-in", ({ answer }) => answer({ url: PDS_URL }));
			await userEvent.click(ui.part("instead"));
			await until(() => expect(ui.text("status")).toBe("Taking you to pds.example…"));
			expect([ui.text("error"), ui.text("message")]).toEqual(["", ""]);
		});

		test("a menu opens, and somebody signs out", async () => {
			kit.server.hold("/sign-out");
			const ui = await kit.open("BlueskyUser", baseURL());
			translate(ui.container);
			await openMenu(ui);
			await userEvent.click(ui.part("sign-out"));
			await until(() => expect(ui.text("sign-out")).toBe("Signing out…"));
			translate(ui.container);
			kit.server.at("/sign-out")[0]?.answer({ success: true });
			await until(() => expect(ui.has("menu")).toBe(false));
		});

		test("a gate asks, and says where the browser goes", async () => {
			const ui = await kit.open("BlueskyScopeGate", { scope: "repo:xyz.new", ...baseURL() });
			translate(ui.container);
			await userEvent.click(ui.part("allow"));
			await until(() => expect(ui.text("allow")).toContain("Taking you to pds.example…"));
		});

		test("an account is disconnected", async () => {
			kit.server.connect(...ACCOUNTS);
			const ui = await kit.open("BlueskyAccounts", baseURL());
			await until(() => expect(ui.all("connected-account")).toHaveLength(2));
			translate(ui.container);
			// After that of the dialog.
			const said = () => ui.all("status").at(-1)?.textContent;
			await userEvent.click(ui.part("make-current"));
			await until(() => expect(said()).toContain("is the current account"));
			translate(ui.container);
			await userEvent.click(ui.part("disconnect"));
			translate(ui.container);
			await userEvent.click(ui.all("disconnect")[0] ?? ui.container);
			await until(() => expect(said()).toContain("was disconnected"));
		});
	});

	test("nothing needs an inline style or script", async () => {
		const ui = await kit.open("BlueskySignIn", { remember: true });
		await kit.suggest(ui);
		expect(ui.container.querySelectorAll("[style], style, script")).toHaveLength(0);
		expect(ui.container.innerHTML).not.toMatch(/ on[a-z]+=/);
	});
}
