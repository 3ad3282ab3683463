import type { BskySession } from "@better-auth-bsky/client";
import { atprotoAuthClient } from "@better-auth-bsky/client";
import { de } from "@better-auth-bsky/client/labels/de";
import { createAuthClient } from "better-auth/client";
import { expectTypeOf, test } from "vitest";
import {
	type BlueskyScopeGate,
	type BlueskySignIn,
	type BlueskyUser,
	configure,
} from "../src/index.ts";
import { renderAccounts, renderScopeGate, renderSignIn, renderUser } from "../src/server.ts";

const authClient = createAuthClient({ plugins: [atprotoAuthClient()] });
const session = {} as BskySession;

test("elements have their options as properties", () => {
	const signIn = document.createElement("bluesky-sign-in");
	expectTypeOf(signIn).toEqualTypeOf<BlueskySignIn>();
	expectTypeOf(signIn).toExtend<HTMLElement>();
	Object.assign(signIn, { authClient });
	signIn.authClient = authClient;
	signIn.as = "dialog";
	signIn.labels = de;
	signIn.callbackURL = undefined;
	expectTypeOf(signIn.requestSignUp).toEqualTypeOf<boolean | undefined>();
	// @ts-expect-error there is no such way
	signIn.as = "popup";
	// @ts-expect-error better-auth writes URL in capitals
	signIn.callbackUrl = "/in";
	// @ts-expect-error it is no client
	signIn.authClient = {};
});

test("a person's element takes a session", () => {
	const user = document.querySelector("bluesky-user");
	expectTypeOf(user).toEqualTypeOf<BlueskyUser | null>();
	if (!user) return;
	user.session = session;
	user.session = null;
	user.signIn = { as: "button", callbackURL: "/in" };
	// @ts-expect-error a session has a DID
	user.session = { active: true };
	// @ts-expect-error there is no such way
	user.signIn = { as: "popup" };
});

test("what needs a scope", () => {
	const gate = document.createElement("bluesky-scope-gate");
	expectTypeOf(gate).toEqualTypeOf<BlueskyScopeGate>();
	gate.scope = "repo:xyz.statusphere.status";
	gate.did = undefined;
	expectTypeOf(gate.allow()).toEqualTypeOf<Promise<void>>();
	// @ts-expect-error it is found out
	gate.state = "granted";
	renderScopeGate({ scope: "atproto" }, { slots: { children: "<p>Text</p>", fallback: "" } });
	// @ts-expect-error it is about a scope
	renderScopeGate({});
});

test("configure", () => {
	configure({ authClient, languages: [de], theme: "dark" }, document.body);
	// @ts-expect-error there is no such theme
	configure({ theme: "pink" });
});

test("strings", () => {
	expectTypeOf(renderUser({ session }, { slots: { menu: "" } })).toBeString();
	renderSignIn({ as: "dialog" }, { id: "login", context: { authClient, session: null } });
	renderAccounts({ callbackURL: "/settings" });
	// @ts-expect-error there is no such place
	renderSignIn({}, { slots: { header: "" } });
	// @ts-expect-error it takes no session
	renderSignIn({ session });
});
