import { expect, test } from "vitest";
import { signInOf } from "../../src/session/index.ts";

const shared = { baseURL: "/auth", labels: { signIn: "In" } };

test("a sign-in in the place of a person is a dialog, and takes what it has in common with them", () => {
	expect(signInOf({ ...shared, signIn: true })).toEqual({ as: "dialog", ...shared });
});

test("what was rendered of a session is nothing to it", () => {
	expect(signInOf({ initial: null, signIn: true })).not.toHaveProperty("initial");
});

test("its own options come first", () => {
	const signIn = { as: "button", baseURL: "/other" } as const;
	expect(signInOf({ ...shared, signIn })).toEqual({ ...shared, ...signIn });
});
