import {
	AccountPermission,
	BlobPermission,
	IdentityPermission,
	isAtprotoOauthScope,
	RepoPermission,
	RpcPermission,
	ScopePermissionsTransition,
} from "@atproto/oauth-scopes";
import fc from "fast-check";
import { expect, test } from "vitest";
import { hasScope } from "./has-scope.ts";
import { BLUESKY_APPVIEW, scope, scopes } from "./scope.ts";

const POST = "app.bsky.feed.post";
const PROFILE = "app.bsky.actor.getProfile";
const APPVIEW = "did:web:api.bsky.app%23bsky_appview";

test.each([
	["transition:generic", `repo:${POST}`, true],
	["transition:generic", "repo:*", true],
	["transition:generic", "blob:image/*", true],
	["transition:generic", "blob:*/*", true],
	["transition:generic", `rpc:${PROFILE}?aud=${APPVIEW}`, true],
	["transition:generic", `rpc:*?aud=${APPVIEW}`, true],
	["transition:generic", "rpc:chat.bsky.convo.listConvos?aud=*", false],
	["transition:generic transition:chat.bsky", "rpc:chat.bsky.convo.listConvos?aud=*", true],
	["transition:chat.bsky", `rpc:${PROFILE}?aud=${APPVIEW}`, false],
	["transition:generic", "repo:chat.bsky.actor.declaration", true],
	["transition:generic", "account:email", false],
	["transition:generic", "identity:handle", false],
	["transition:generic", "transition:generic", true],
	["repo:* blob:*/*", "transition:generic", false],
	["transition:email", "account:email", true],
	["transition:email", "account:email?action=read", true],
	["transition:email", "account:email?action=manage", false],
	["account:email?action=manage", "account:email", true],
	["account:email", "account:email?action=manage", false],
	["account:repo?action=manage", "account:email", false],
	["repo:*", `repo:${POST}?action=create`, true],
	["repo:*", `repo?collection=${POST}&collection=app.bsky.feed.like`, true],
	["repo:*?action=delete", `repo:${POST}?action=delete`, true],
	["repo:*?action=delete", `repo:${POST}`, false],
	[`repo:${POST}`, "repo:*", false],
	[`repo:${POST}`, `repo:${POST}?action=create&action=update&action=delete`, true],
	[`repo:${POST}?action=update&action=create`, `repo:${POST}?action=create&action=update`, true],
	[
		`repo:${POST}?action=update repo:${POST}?action=create`,
		`repo:${POST}?action=create&action=update`,
		true,
	],
	[`repo:${POST}`, "repo:app.bsky.feed.like", false],
	[`rpc:${PROFILE}?aud=did:web:api.bsky.app#bsky_appview`, `rpc:${PROFILE}?aud=${APPVIEW}`, true],
	[`rpc:${PROFILE}?aud=*`, `rpc:${PROFILE}?aud=${APPVIEW}`, true],
	[`rpc:*?aud=${APPVIEW}`, `rpc:${PROFILE}?aud=${APPVIEW}`, true],
	[`rpc:*?aud=${APPVIEW}`, `rpc:${PROFILE}?aud=did:web:other.example%23svc`, false],
	[`rpc:${PROFILE}?aud=${APPVIEW}`, `rpc:${PROFILE}?aud=*`, false],
	["blob:*/*", "blob:image/png", true],
	["blob:image/*", "blob:image/png", true],
	["blob:image/*", "blob:video/mp4", false],
	["blob:image/png", "blob:image/*", false],
	["blob:image/*", "blob:*/*", false],
	["blob?accept=image/*&accept=video/mp4", "blob?accept=video/mp4&accept=image/png", true],
	["identity:*", "identity:handle", true],
	["identity:handle", "identity:*", false],
	["", "repo:*", false],
	["repo:*", "", false],
	["transition:generic", "foo:bar", false],
	["foo:bar", "foo:bar", true],
	["transition:generic", "repo", false],
	["repo:%zz", `repo:${POST}`, false],
])("of %j, %j: %s", (granted, wanted, answer) => {
	expect(hasScope(`atproto ${granted}`, wanted)).toBe(answer);
	expect(hasScope({ active: true, grantedScope: `atproto ${granted}` }, wanted)).toBe(answer);
});

test("of several, all have to be there", () => {
	const wanted = scopes(scope.repo(POST), scope.blob("image/*"));
	expect(hasScope("atproto transition:generic", wanted)).toBe(true);
	expect(hasScope(`atproto repo:${POST}`, wanted)).toBe(false);
});

test("nobody has none", () => {
	// A list of accounts has what was granted last, also of one that is signed out.
	const over = { active: false, grantedScope: "atproto" };
	for (const none of [null, undefined, "", { active: false }, over]) {
		expect(hasScope(none, "atproto")).toBe(false);
	}
});

const nsid = fc.constantFrom("*", POST, "app.bsky.feed.like", "chat.bsky.convo.getLog");
const type = fc.constantFrom("*/*", "image/*", "image/png", "video/mp4");
const aud = fc.constantFrom("*", BLUESKY_APPVIEW, "did:web:other.example#svc");
const list = (name: string, values: readonly string[]) =>
	values.map((value) => `${name}=${encodeURIComponent(value)}`).join("&");
const some = <T>(values: fc.Arbitrary<T>) => fc.array(values, { minLength: 1, maxLength: 3 });
const ACTIONS = ["create", "update", "delete"] as const;

/** A scope of each kind, however it may be written. */
const written = fc
	.oneof(
		fc
			.tuple(some(nsid), fc.array(fc.constantFrom(...ACTIONS), { maxLength: 3 }))
			.map(([all, actions]) => `repo?${list("collection", all)}&${list("action", actions)}`),
		nsid.map((each) => `repo:${each}`),
		fc
			.tuple(some(nsid), aud)
			.map(([all, each]) => `rpc?${list("lxm", all)}&${list("aud", [each])}`),
		some(type).map((all) => `blob?${list("accept", all)}`),
		type.map((each) => `blob:${each}`),
		fc.constantFrom("account:email", "account:email?action=manage", "account:repo?action=manage"),
		fc.constantFrom("identity:handle", "identity:*"),
		fc.constantFrom("transition:generic", "transition:email", "transition:chat.bsky"),
	)
	.map((each) => each.replace(/&$/, ""));

/** What the server itself would say to each thing that a scope stands for. */
function allowed(granted: string, wanted: string): boolean | null | undefined {
	const server = new ScopePermissionsTransition(granted);
	const repo = RepoPermission.fromString(wanted);
	if (repo)
		return repo.collection.every((collection) =>
			repo.action.every((action) => server.allowsRepo({ collection, action })),
		);
	const rpc = RpcPermission.fromString(wanted);
	if (rpc) return rpc.lxm.every((lxm) => server.allowsRpc({ lxm, aud: rpc.aud }));
	const account = AccountPermission.fromString(wanted);
	if (account)
		return account.action.every((action) => server.allowsAccount({ attr: account.attr, action }));
	const identity = IdentityPermission.fromString(wanted);
	if (identity) return server.allowsIdentity({ attr: identity.attr });
	const blob = BlobPermission.fromString(wanted);
	// It judges files, and no wildcards.
	if (blob?.accept.some((each) => each.endsWith("*"))) return null;
	return blob?.accept.every((mime) => server.allowsBlob({ mime: mime as `${string}/${string}` }));
}

test("it says what the server's own check says", () => {
	let compared = 0;
	fc.assert(
		fc.property(fc.array(written, { maxLength: 4 }), written, (granted, wanted) => {
			// A server has dropped what it can't read.
			const has = granted.filter(isAtprotoOauthScope).join(" ");
			const said = allowed(has, wanted);
			if (typeof said !== "boolean") return;
			compared += 1;
			expect([has, wanted, hasScope(has, wanted)]).toEqual([has, wanted, said]);
		}),
		{ numRuns: 2000 },
	);
	expect(compared).toBeGreaterThan(1000);
});
