import { el, keyed, slotted, type View, type ViewElement } from "@better-auth-bsky/client/view";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRenderer, type Renderer } from "../src/render.ts";
import { toHtml } from "../src/to-html.ts";

let host: HTMLElement;
let renderer: Renderer;

beforeEach(() => {
	host = document.body.appendChild(document.createElement("div"));
	renderer = createRenderer(host);
});
afterEach(() => host.remove());

const find = <E extends Element = HTMLElement>(selector: string) =>
	host.querySelector(selector) as E;

const input = (props: object = {}) => el("input", { type: "text", ...props });
const item = (name: string, ...children: View[]) =>
	keyed(name, el("li", { "data-state": name }, ...children, name));
const list = (...names: string[]) =>
	el(
		"ul",
		{},
		names.map((name) => item(name)),
	);
/** What a view may carry that no getter of props hands out yet. */
const withProps = (view: ViewElement, props: object): ViewElement => ({
	...view,
	props: { ...view.props, ...props },
});

describe("in place", () => {
	test("attributes: text, numbers, flags, and none", () => {
		const view = (props: object) => el("button", props);
		renderer.render(view({ "aria-label": "a", tabindex: -1, hidden: true, class: "x" }));
		const button = find("button");
		expect(button.outerHTML).toBe(
			'<button aria-label="a" tabindex="-1" hidden="" class="x"></button>',
		);
		renderer.render(view({ "aria-label": "b", tabindex: undefined, hidden: undefined }));
		expect(find("button")).toBe(button);
		expect(button.outerHTML).toBe('<button aria-label="b"></button>');
	});

	test("nothing keeps its place, and so do lists", () => {
		const view = (first: View, second: View) =>
			el("div", {}, first, [item("a")], second, "text", el("p", {}));
		renderer.render(view(null, null));
		const [ul, p] = [find("li"), find("p")];
		renderer.render(view(el("span", {}), el("span", {}, "b")));
		expect(host.innerHTML).toBe(
			'<div><span></span><li data-state="a">a</li><span>b</span>text<p></p></div>',
		);
		renderer.render(view(null, "c"));
		expect(host.innerHTML).toBe('<div><li data-state="a">a</li>ctext<p></p></div>');
		expect([find("li"), find("p")]).toEqual([ul, p]);
	});

	test("a root comes and goes", () => {
		renderer.render(null);
		expect(host.innerHTML).toBe("");
		renderer.render(el("p", {}, "a"));
		renderer.render(el("div", {}, "b"));
		expect(host.innerHTML).toBe("<div>b</div>");
		renderer.render(null);
		expect(host.innerHTML).toBe("");
	});

	test("one of several is known by its key, wherever it goes", () => {
		renderer.render(list("a", "b", "c"));
		const [a, b, c] = host.querySelectorAll("li");
		renderer.render(list("c", "d", "a"));
		const now = [...host.querySelectorAll("li")];
		expect(now.map(({ textContent }) => textContent)).toEqual(["c", "d", "a"]);
		expect([now[0], now[2]]).toEqual([c, a]);
		expect(b?.isConnected).toBe(false);
	});

	test("the focus stays where others come and go", () => {
		const view = (...names: string[]) =>
			el(
				"ul",
				{},
				names.map((name) => keyed(name, el("li", {}, el("button", { "aria-label": name })))),
			);
		renderer.render(view("a", "b", "c"));
		find("[aria-label=b]").focus();
		renderer.render(view("b", "c"));
		renderer.render(view("z", "b", "c", "d"));
		expect(document.activeElement).toBe(find("[aria-label=b]"));
	});

	test("the caret stays, and a field is written to only when it has something else", () => {
		const view = (value: string, error: View) => el("div", {}, error, input({ value }));
		renderer.render(view("alice", null));
		const field = find<HTMLInputElement>("input");
		field.focus();
		field.setSelectionRange(2, 3);
		renderer.render(view("alice", el("p", {}, "wrong")));
		expect([field.selectionStart, field.selectionEnd]).toEqual([2, 3]);
		expect(document.activeElement).toBe(field);
		field.value = "alicex";
		renderer.render(view("alice", null));
		expect(field.value).toBe("alice");
	});

	test("what is open stays open", () => {
		const view = (text: string) =>
			el("div", {}, el("details", {}, el("summary", {}, text)), el("dialog", {}, text));
		renderer.render(view("a"));
		find<HTMLDetailsElement>("details").open = true;
		find<HTMLDialogElement>("dialog").showModal();
		renderer.render(view("b"));
		expect(find<HTMLDetailsElement>("details").open).toBe(true);
		expect(find("dialog").matches(":modal")).toBe(true);
		expect(find("dialog").textContent).toBe("b");
	});

	test("an icon is drawn", () => {
		renderer.render(el("svg", { viewBox: "0 0 24 24" }, el("path", { d: "M0 0h24v24H0z" })));
		expect(find<SVGSVGElement>("svg").viewBox.baseVal.width).toBe(24);
		expect(find<SVGGraphicsElement>("path").getBBox().width).toBe(24);
	});

	test("what others have added stays, and moves nothing", () => {
		const view = (text: string) => el("div", {}, input(), el("p", {}, text));
		renderer.render(view("a"));
		const field = find("input");
		field.focus();
		for (const place of ["beforebegin", "afterend"] as const)
			field.insertAdjacentElement(place, document.createElement("x-manager"));
		renderer.render(view("b"));
		expect(document.activeElement).toBe(field);
		expect(host.querySelectorAll("x-manager")).toHaveLength(2);
	});

	test("of the handlers the newest is called, by one listener", () => {
		const seen: string[] = [];
		const view = (name: string) =>
			el("details", { onFocusOut: () => seen.push(name), onClick: () => seen.push(`${name}!`) });
		renderer.render(view("a"));
		renderer.render(view("b"));
		find("details").dispatchEvent(new FocusEvent("focusout"));
		find("details").click();
		renderer.render(el("details", {}));
		find("details").click();
		expect(seen).toEqual(["b", "b!"]);
	});
});

describe("ref", () => {
	test("is told of the element once, in the page, and of its end", () => {
		const seen: unknown[] = [];
		const view = (name: string) =>
			withProps(el("dialog", {}), {
				ref: (element: Element | null) => seen.push([name, element?.isConnected]),
			});
		renderer.render(el("div", {}, view("a")));
		renderer.render(el("div", {}, view("b")));
		expect(seen).toEqual([["a", true]]);
		renderer.render(el("div", {}));
		expect(seen).toEqual([
			["a", true],
			["b", undefined],
		]);
	});

	test("of something inside goes with what is around it, and with the renderer", () => {
		const seen: boolean[] = [];
		const view = () =>
			el(
				"div",
				{},
				el("p", {}, withProps(el("span", {}), { ref: (it: unknown) => seen.push(!!it) })),
			);
		renderer.render(view());
		renderer.render(null);
		renderer.render(view());
		renderer.end();
		expect(seen).toEqual([true, false, true, false]);
		renderer.render(view());
		expect(seen.at(-1)).toBe(true);
	});
});

describe("what a server has sent", () => {
	const view = (value: string, text: View, props: object = {}) =>
		el(
			"form",
			{},
			[keyed("a", input({ type: "hidden", name: "a", value: "1" }))],
			input({ "data-part": "input", value, ...props }),
			text,
			el("svg", { viewBox: "0 0 24 24" }, el("path", { d: "M0 0h24v24H0z" })),
			el("details", {}, el("summary", {}, "Menu <b>")),
			[item("x"), item("y")],
		);

	test("is taken over as it is", async () => {
		host.innerHTML = toHtml(view("alice", el("p", {}, "'quoted' & \"more\"")));
		const before = [...host.querySelectorAll("*")];
		const changes: MutationRecord[] = [];
		const observer = new MutationObserver((records) => changes.push(...records));
		observer.observe(host, { childList: true, characterData: true, subtree: true });
		renderer.render(view("alice", el("p", {}, "'quoted' & \"more\"")));
		await null;
		observer.disconnect();
		expect(changes).toEqual([]);
		expect([...host.querySelectorAll("*")]).toEqual(before);
	});

	test("may be another state: what differs is made right, around what is the same", () => {
		host.innerHTML = `\n${toHtml(view("", null, { readonly: true, "aria-invalid": "true" }))}\n`;
		const field = find<HTMLInputElement>("[data-part=input]");
		field.value = "typed";
		find<HTMLDetailsElement>("details").open = true;
		renderer.render(view("", el("p", {}, "new")));
		expect(find("[data-part=input]")).toBe(field);
		// Whoever knows of it says it next.
		expect(field.value).toBe("typed");
		expect(field.readOnly).toBe(false);
		expect(field.hasAttribute("aria-invalid")).toBe(false);
		expect(find<HTMLDetailsElement>("details").open).toBe(true);
		expect(host.textContent).toBe("newMenu <b>xy");
		renderer.render(view("", null));
		expect(field.value).toBe("");
	});

	test("comes to life, again after an end", () => {
		let presses = 0;
		const button = () => el("button", { onClick: () => presses++ }, "a");
		host.innerHTML = toHtml(button());
		const before = find("button");
		for (const _ of [1, 2]) {
			renderer.render(button());
			find("button").click();
			renderer.end();
			find("button").click();
		}
		expect(find("button")).toBe(before);
		expect(presses).toBe(2);
	});
});

describe("slots", () => {
	const own = (html: string) => {
		const template = document.createElement("template");
		template.innerHTML = html;
		return template.content.firstElementChild as HTMLElement;
	};
	const view = (onClick = () => {}) =>
		el(
			"div",
			{},
			slotted("button", el("button", { type: "submit", "data-part": "submit", onClick }, "Ours")),
			{ slot: "menu" },
			el("p", {}),
		);

	test("the app's own element takes the place of ours, with its props", () => {
		const seen: string[] = [];
		const button = own(
			'<button slot="button" type="button" class="own" aria-label="Go">Go</button>',
		);
		button.addEventListener("click", (event) => {
			seen.push("theirs");
			if (seen.length > 2) event.preventDefault();
		});
		const slots = (name: string) => (name === "button" ? [button] : []);
		renderer.render(
			view(() => seen.push("ours")),
			slots,
		);
		expect(find("div").innerHTML).toBe(
			'<button slot="button" type="submit" class="own" aria-label="Go" data-part="submit">Go</button><p></p>',
		);
		button.click();
		button.click();
		expect(seen).toEqual(["theirs", "ours", "theirs"]);
		renderer.render(view());
		expect(find("div").innerHTML).toBe(
			'<button type="submit" data-part="submit">Ours</button><p></p>',
		);
		renderer.render(view(), slots);
		expect(find("button")).toBe(button);
	});

	test("what was said of the app's own before isn't any longer, and all else stays", () => {
		const button = own('<button slot="button" aria-disabled="true" aria-label="Go" class="own">');
		renderer.render(
			slotted("button", el("button", { "aria-disabled": undefined, type: "submit" })),
			() => [button],
		);
		expect(button.outerHTML).toBe(
			'<button slot="button" aria-label="Go" class="own" type="submit"></button>',
		);
	});

	test("anything else is what is in it", () => {
		const icon = own('<b slot="button">Go</b>');
		renderer.render(view());
		const before = find("button");
		renderer.render(view(), (name) => (name === "button" ? [icon] : []));
		expect(find("button")).toBe(before);
		expect(before.innerHTML).toBe('<b slot="button">Go</b>');
		renderer.render(view());
		expect(before.innerHTML).toBe("Ours");
	});

	test("a place takes any number", () => {
		const links = [own('<a slot="menu">1</a>'), own('<a slot="menu">2</a>')];
		renderer.render(view(), (name) => (name === "menu" ? links : []));
		expect(find("div").textContent).toBe("Ours12");
		renderer.render(view(), (name) => (name === "menu" ? links.slice(1) : []));
		expect(find("div").textContent).toBe("Ours2");
	});

	test("what a server has sent in them is taken over, too", () => {
		const slots = {
			button: '<button class="own" slot="button">Go</button>',
			menu: '<a slot="menu">1</a><a slot="menu">2</a>',
		};
		host.innerHTML = toHtml(view(), slots);
		expect(find("button").outerHTML).toBe(
			'<button type="submit" data-part="submit" class="own" slot="button">Go</button>',
		);
		const before = [...host.querySelectorAll("*")];
		const given = [...host.querySelectorAll("[slot]")];
		renderer.render(view(), (name) => given.filter(({ slot }) => slot === name));
		expect([...host.querySelectorAll("*")]).toEqual(before);
	});
});
