import { SENTENCES } from "@better-auth-bsky/core/shared";
import { expect, test } from "vitest";
import { en } from "../../src/labels/index.ts";
import { menuTextsOf, userErrors } from "../../src/session/menu-texts.ts";

test("what is said around whoever is signed in is what the whole pack says", () => {
	const { errors, ...texts } = menuTextsOf(undefined);
	expect(en).toMatchObject(texts);
	expect(en.errors).toMatchObject(errors);
	// The server says the same of what both have.
	const both = Object.keys(userErrors).filter((code) => code in SENTENCES);
	expect(both).toEqual(["BANNED_USER", "INTERNAL_SERVER_ERROR"]);
	for (const code of both) {
		expect(userErrors).toHaveProperty(code, SENTENCES[code as keyof typeof SENTENCES]);
	}
});
