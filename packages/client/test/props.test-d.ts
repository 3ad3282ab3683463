import { expectTypeOf, test } from "vitest";
import { type NeutralProps, type Normalize, neutral, part } from "../src/props.ts";
import { connectSignIn, createSignIn, type Part } from "../src/sign-in/index.ts";

const props: Normalize<NeutralProps> = neutral;

test("a part is one of the list", () => {
	expectTypeOf<"menu-items">().toExtend<Part>();
	part("menu-items");
	// @ts-expect-error there is no such part
	part("menu-itmes");
	// @ts-expect-error there is no such part
	props({ "data-part": "menu-itmes" }, "element");
});

test("an attribute is one of its element, and spelled like HTML", () => {
	props({ ...part("input"), autocomplete: "username", "aria-expanded": "true" }, "input");
	// @ts-expect-error it is autocomplete
	props({ ...part("input"), autocomlete: "username" }, "input");
	// @ts-expect-error it is aria-expanded
	props({ ...part("input"), "aria-expandet": "true" }, "input");
	// @ts-expect-error it is data-state
	props({ "data-stat": "valid" }, "input");
	// @ts-expect-error React's name
	props({ autoComplete: "username" }, "input");
	// @ts-expect-error a form's
	props({ ...part("submit"), novalidate: true }, "button");
});

test("a value is one that every framework writes the same", () => {
	// @ts-expect-error some leave it out, others write "false"
	props({ disabled: false }, "button");
	// @ts-expect-error some write it without a value
	props({ "aria-disabled": true }, "button");
	// @ts-expect-error there is no such role
	props({ role: "listbocks" }, "ul");
});

test("a handler is one of its element, and given the event", () => {
	props({ onKeyDown: ({ key }) => expectTypeOf(key).toBeString() }, "input");
	// @ts-expect-error it is onKeyDown
	props({ ...part("input"), onKeyDwn: () => {} }, "input");
	// @ts-expect-error nobody types into a button
	props({ onInput: () => {} }, "button");
});

test("what a connect function hands out says so", () => {
	const api = connectSignIn(createSignIn());
	expectTypeOf(api.getInputProps()["data-part"]).toEqualTypeOf<Part | undefined>();
	expectTypeOf(api.getInputProps().name).toEqualTypeOf<string | undefined>();
	// @ts-expect-error the props of an input are none for a form
	api.getInputProps().novalidate;
});
