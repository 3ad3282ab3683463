import { isAtprotoOauthScope, normalizeAtprotoOauthScopeValue } from "@atproto/oauth-scopes";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Audience, BLUESKY_APPVIEW, type Nsid, scope, scopes } from "./scope.ts";

test.each([
	[scope.repo("xyz.statusphere.status"), "repo:xyz.statusphere.status"],
	[scope.repo("xyz.statusphere.status", ["create"]), "repo:xyz.statusphere.status?action=create"],
	[
		scope.repo("xyz.statusphere.status", ["delete", "create"]),
		"repo:xyz.statusphere.status?action=create&action=delete",
	],
	[
		scope.repo("xyz.statusphere.status", ["delete", "create", "update"]),
		"repo:xyz.statusphere.status",
	],
	[scope.repo("*", ["delete"]), "repo:*?action=delete"],
	[
		scope.repo(["app.bsky.feed.post", "app.bsky.feed.like"], ["create"]),
		"repo?collection=app.bsky.feed.like&collection=app.bsky.feed.post&action=create",
	],
	[scope.blob("image/*"), "blob:image/*"],
	[scope.blob("*/*"), "blob:*/*"],
	[scope.blob("Image/SVG+xml"), "blob:image/svg+xml"],
	[scope.blob("video/mp4", "image/svg+xml"), "blob?accept=image/svg%2Bxml&accept=video/mp4"],
	[
		scope.rpc("app.bsky.actor.getProfile", BLUESKY_APPVIEW),
		"rpc:app.bsky.actor.getProfile?aud=did:web:api.bsky.app%23bsky_appview",
	],
	[scope.rpc("app.bsky.actor.getProfile", "*"), "rpc:app.bsky.actor.getProfile?aud=*"],
	[scope.rpc("*", BLUESKY_APPVIEW), "rpc:*?aud=did:web:api.bsky.app%23bsky_appview"],
	[
		scope.rpc(["app.bsky.feed.getTimeline", "app.bsky.actor.getProfile"], "*"),
		"rpc?lxm=app.bsky.actor.getProfile&lxm=app.bsky.feed.getTimeline&aud=*",
	],
	[scope.email(), "account:email"],
	[scope.email("manage"), "account:email?action=manage"],
	[scope.identity("handle"), "identity:handle"],
	[scope.include("app.bsky.authFullApp"), "include:app.bsky.authFullApp"],
	[
		scope.include("app.bsky.authFullApp", BLUESKY_APPVIEW),
		"include:app.bsky.authFullApp?aud=did:web:api.bsky.app%23bsky_appview",
	],
])("%s", (made, written) => {
	expect(made).toBe(written);
	expect(isAtprotoOauthScope(made)).toBe(true);
});

test("scopes() has atproto in front, and each scope once", () => {
	const first = scopes(scope.email(), "transition:generic");
	expect(first).toBe("atproto account:email transition:generic");
	expect(scopes(first, scope.blob("image/*"), scope.email())).toBe(`${first} blob:image/*`);
	expect(scopes()).toBe("atproto");
});

test("a list that came out empty allows nothing, where no list allows all", () => {
	// @ts-expect-error at least one
	expect(isAtprotoOauthScope(scope.repo("app.bsky.feed.post", []))).toBe(false);
	expect(isAtprotoOauthScope(scope.repo([]))).toBe(false);
	// @ts-expect-error at least one
	expect(isAtprotoOauthScope(scope.blob())).toBe(false);
});

test("types refuse what servers drop", () => {
	// @ts-expect-error two parts are no name
	scope.repo("app.bsky");
	// @ts-expect-error
	scope.repo("app.bsky.feed.post", ["read"]);
	// @ts-expect-error
	scope.blob("*");
	// @ts-expect-error
	scope.rpc("app.bsky.actor.getProfile");
	// @ts-expect-error a DID without the service
	scope.rpc("app.bsky.actor.getProfile", "did:web:api.bsky.app");
	// @ts-expect-error
	scope.rpc("*", "*");
	// @ts-expect-error
	scope.identity("did");
	// @ts-expect-error
	scope.include("app.bsky.authFullApp", "*");
});

const part = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}[a-z0-9]$/);
const nsid = fc
	.tuple(part, part, fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{0,20}$/))
	.map(([a, b, c]): Nsid => `${a}.${b}.${c}`);
const audience = fc
	.tuple(part, fc.stringMatching(/^[a-z_]{1,12}$/))
	.map(([host, service]): Audience => `did:web:${host}.example#${service}`);
const several = fc.array(nsid, { minLength: 1, maxLength: 4 });
const actions = fc
	.subarray(["create", "update", "delete"] as const, { minLength: 1 })
	.map(([first = "create", ...others]) => [first, ...others] as const);
const type = fc
	.tuple(fc.stringMatching(/^[a-zA-Z]{1,8}$/), fc.stringMatching(/^([a-zA-Z0-9.+-]{1,10}|\*)$/))
	.map(([a, b]) => `${a}/${b}` as const);
const types = fc
	.array(type, { minLength: 1, maxLength: 3 })
	.map(([first = "*/*", ...others]) => scope.blob(first, ...others));

/** Any scope that the builders make. */
const built = fc.oneof(
	fc
		.tuple(fc.oneof(fc.constant("*" as const), nsid, several), actions)
		.map((all) => scope.repo(...all)),
	types,
	fc
		.tuple(fc.oneof(nsid, several), fc.oneof(fc.constant("*" as const), audience))
		.map((all) => scope.rpc(...all)),
	audience.map((each) => scope.rpc("*", each)),
	fc.constantFrom(
		scope.email(),
		scope.email("manage"),
		scope.identity("handle"),
		scope.identity("*"),
	),
	fc.tuple(nsid, audience).map((all) => scope.include(...all)),
);

test("whatever they make passes the test that servers filter with, and is written in the one way", () => {
	fc.assert(
		fc.property(built, (made) => {
			expect(isAtprotoOauthScope(made)).toBe(true);
			// The reference's own form of several types loses a plus, and leaves out what a wildcard has.
			if (!made.startsWith("blob?")) expect(normalizeAtprotoOauthScopeValue(made)).toBe(made);
		}),
	);
});
