import { Client as AtcuteClient } from "@atcute/client";
import { Agent } from "@atproto/api";
import { Client as LexClient } from "@atproto/lex-client";
import type { InactiveReason, ServerDescription } from "@better-auth-bsky/core";
import { type BetterFetchError, createAuthClient } from "better-auth/client";
import { createAuthClient as createReactClient } from "better-auth/react";
import { createAuthClient as createSolidClient } from "better-auth/solid";
import { createAuthClient as createSvelteClient } from "better-auth/svelte";
import { createAuthClient as createVueClient } from "better-auth/vue";
import { expectTypeOf, test } from "vitest";
import { bskyErrorCode, createBskyAgent } from "../src/agent/index.ts";
import {
	atprotoAuthClient,
	type BskyAccount,
	type BskySession,
	hasScope,
	scope,
	scopes,
} from "../src/index.ts";

const authClient = createAuthClient({ plugins: [atprotoAuthClient()] });

test("signIn.bsky", async () => {
	await authClient.signIn.bsky({ handle: "alice.test" });
	const { data, error } = await authClient.signIn.bsky(
		{
			handle: "alice.test",
			callbackURL: "/dashboard",
			errorCallbackURL: "/sign-in",
			newUserCallbackURL: "/welcome",
			requestSignUp: true,
			link: false,
			prompt: "select_account",
			scope: scopes(scope.email()),
			disableRedirect: true,
		},
		{ headers: { "x-from": "test" }, onError: ({ error }) => void error.status },
	);
	expectTypeOf(data).toEqualTypeOf<{ url: string; redirect: boolean } | null>();
	expectTypeOf(error?.status).toEqualTypeOf<number | undefined>();
	expectTypeOf(error?.message).toEqualTypeOf<string | undefined>();

	// @ts-expect-error the handle is required
	authClient.signIn.bsky({});
	// @ts-expect-error the body is required
	authClient.signIn.bsky();
	// @ts-expect-error scopes are one text
	authClient.signIn.bsky({ handle: "alice.test", scope: [scope.email()] });
	// @ts-expect-error a handle is text
	authClient.signIn.bsky({ handle: 1 });
	// @ts-expect-error no page is shown for that
	authClient.signIn.bsky({ handle: "alice.test", prompt: "none" });
	// @ts-expect-error no such property
	authClient.signIn.bsky({ handle: "alice.test", callbackUrl: "/" });
	// @ts-expect-error better-auth's own ways to sign in stay as they are
	authClient.signIn.email({ handle: "alice.test" });
});

test("bsky.getSession", async () => {
	const { data } = await authClient.bsky.getSession();
	expectTypeOf(data).toEqualTypeOf<BskySession | null>();
	if (data?.active) {
		expectTypeOf(data.did).toEqualTypeOf<string>();
		expectTypeOf(data.grantedScope).toEqualTypeOf<string>();
		// @ts-expect-error an active session has no reason not to be
		data.reason;
	}
	if (data?.active === false) {
		expectTypeOf(data.did).toEqualTypeOf<string | null>();
		expectTypeOf(data.reason).toEqualTypeOf<InactiveReason>();
		// @ts-expect-error only an active session was granted anything
		data.grantedScope;
	}
	expectTypeOf(data?.displayName).toEqualTypeOf<string | undefined>();
	expectTypeOf(data?.handle).toEqualTypeOf<string | null | undefined>();
	await authClient.bsky.getSession({ query: { did: "did:plc:abc" } });
	// @ts-expect-error a DID is text
	authClient.bsky.getSession({ query: { did: 1 } });
});

test("bsky.upgrade", async () => {
	const { data } = await authClient.bsky.upgrade({
		scope: "repo:xyz.statusphere.status",
		did: "did:plc:abc",
		callbackURL: "/",
		errorCallbackURL: "/oops",
		disableRedirect: true,
	});
	expectTypeOf(data).toEqualTypeOf<{ url: string; redirect: boolean } | null>();
	// @ts-expect-error more of what?
	authClient.bsky.upgrade({});
});

test("bsky.server", async () => {
	const { data } = await authClient.bsky.server({ query: { url: "https://pds.test" } });
	expectTypeOf(data).toEqualTypeOf<ServerDescription | null>();
	// @ts-expect-error which server?
	authClient.bsky.server();
});

test("bsky.restore", async () => {
	const { data } = await authClient.bsky.restore();
	if (data?.active) expectTypeOf(data.did).toEqualTypeOf<string>();
	else if (data) expectTypeOf(data.reason).toEqualTypeOf<InactiveReason>();
	await authClient.bsky.restore({ did: "did:plc:abc" });
	// @ts-expect-error a DID is text
	authClient.bsky.restore({ did: 1 });
});

test("bsky.accounts", async () => {
	const { data } = await authClient.bsky.accounts();
	expectTypeOf(data).toEqualTypeOf<{ accounts: BskyAccount[] } | null>();
	const [account] = data?.accounts ?? [];
	expectTypeOf(account?.handle).toEqualTypeOf<string | null | undefined>();
	expectTypeOf(account?.reason).toEqualTypeOf<InactiveReason | undefined>();
	expectTypeOf(account?.current).toEqualTypeOf<boolean | undefined>();
	// @ts-expect-error no token leaves the server
	account?.session;
});

test("bsky.switch", async () => {
	const { data } = await authClient.bsky.switch({ did: "did:plc:abc" });
	expectTypeOf(data).toEqualTypeOf<{ did: string } | null>();
	// @ts-expect-error whom to switch to
	authClient.bsky.switch();
	// @ts-expect-error the same
	authClient.bsky.switch({});
	// @ts-expect-error a DID is text
	authClient.bsky.switch({ did: 1 });
	// @ts-expect-error no such property
	authClient.bsky.switch({ did: "did:plc:abc", handle: "alice.test" });
});

test("the column of the session, which is not to be set", async () => {
	const { data } = await authClient.getSession();
	expectTypeOf(data?.session.bskyDid).toEqualTypeOf<string | null | undefined>();
	// @ts-expect-error by bsky.switch alone
	authClient.updateSession({ bskyDid: "did:plc:abc" });
});

test("bsky.disconnect", async () => {
	const { data } = await authClient.bsky.disconnect();
	expectTypeOf(data?.success).toEqualTypeOf<boolean | undefined>();
	await authClient.bsky.disconnect({ did: "did:plc:abc" });
	// @ts-expect-error a DID is text
	authClient.bsky.disconnect({ did: 1 });
});

test("the columns of the user, and none of them to be set", async () => {
	const { data } = await authClient.getSession();
	expectTypeOf(data?.user.bskyDid).toEqualTypeOf<string | null | undefined>();
	expectTypeOf(data?.user.bskyHandle).toEqualTypeOf<string | null | undefined>();
	expectTypeOf(data?.user.bskyDisplayName).toEqualTypeOf<string | null | undefined>();
	expectTypeOf(data?.user.bskyAvatar).toEqualTypeOf<string | null | undefined>();
	expectTypeOf(data?.user.bskyBio).toEqualTypeOf<string | null | undefined>();
	expectTypeOf(data?.user.bskyBanner).toEqualTypeOf<string | null | undefined>();
	// @ts-expect-error written by the sign-in alone
	authClient.updateUser({ bskyDid: "did:plc:abc" });
	// @ts-expect-error written by the sign-in alone
	authClient.signUp.email({ email: "a@b.example", password: "p", name: "n", bskyDid: "did:plc:a" });
});

test("error codes", () => {
	expectTypeOf(authClient.$ERROR_CODES.HANDLE_NOT_FOUND.message).toEqualTypeOf<string>();
	expectTypeOf(authClient.$ERROR_CODES.SESSION_EXPIRED.code).toEqualTypeOf<"SESSION_EXPIRED">();
	expectTypeOf(authClient.$ERROR_CODES).toHaveProperty("USER_NOT_FOUND");
	// @ts-expect-error no such code
	authClient.$ERROR_CODES.HANDLE_LOST;
});

interface State {
	data: BskySession | null;
	error: BetterFetchError | null;
	isPending: boolean;
	isRefetching: boolean;
}

test("createBskyAgent() is what each client takes", async () => {
	const agent = createBskyAgent({ authClient, did: "did:plc:alice" });
	expectTypeOf(agent.did).toEqualTypeOf<`did:${string}:${string}` | undefined>();
	expectTypeOf(agent.assertDid).toEqualTypeOf<`did:${string}:${string}`>();
	const { did, fetchHandler } = agent;
	new Agent(agent);
	new Agent({ ...(did && { did }), fetchHandler });
	new LexClient(agent);
	new LexClient(fetchHandler);
	new AtcuteClient({ handler: fetchHandler });
	createBskyAgent({ baseURL: "/auth" });
	createBskyAgent();
	await fetchHandler("/xrpc/com.atproto.repo.uploadBlob", {
		method: "POST",
		body: new Blob(),
		onUploadProgress: ({ loaded, total }) => expectTypeOf(loaded / total).toBeNumber(),
	});
	// @ts-expect-error a DID is text
	createBskyAgent({ did: null });
	// @ts-expect-error a path is text
	void fetchHandler(new URL("https://example.com"));
	const code = bskyErrorCode(new Error());
	if (code === "SCOPE_MISSING" || code === "UNAUTHORIZED") return;
	// @ts-expect-error no call is refused with that
	code === "HANDLE_NOT_FOUND";
});

test("hasScope() takes whatever says what was granted", async () => {
	const { data } = await authClient.bsky.getSession();
	expectTypeOf(hasScope(data, scope.email())).toEqualTypeOf<boolean>();
	hasScope((await authClient.bsky.restore()).data, scope.email());
	hasScope(authClient.useBskySession.get().data, scope.email());
	hasScope("atproto account:email", scope.email());
	// @ts-expect-error that says nothing of it
	hasScope({ did: "did:plc:alice" }, scope.email());
});

test("useBskySession, for every framework", () => {
	const plugins = [atprotoAuthClient()];
	expectTypeOf(authClient.useBskySession.get()).toExtend<State>();
	const react = createReactClient({ plugins });
	expectTypeOf(react.useBskySession()).toExtend<State>();
	const vue = createVueClient({ plugins });
	expectTypeOf(vue.useBskySession().value.data?.did).toEqualTypeOf<string | null | undefined>();
	expectTypeOf(vue.useBskySession().value.isPending).toEqualTypeOf<boolean>();
	const svelte = createSvelteClient({ plugins });
	expectTypeOf(svelte.useBskySession().get()).toExtend<State>();
	const solid = createSolidClient({ plugins });
	expectTypeOf(solid.useBskySession()()).toExtend<State>();
	expectTypeOf(react.useBskySession().refetch()).toEqualTypeOf<Promise<void>>();
	// What is exact must stay so: `any` would pass all of the above.
	expectTypeOf(authClient.useBskySession.get().data).toEqualTypeOf<BskySession | null>();
	expectTypeOf(react.useBskySession().data).toEqualTypeOf<BskySession | null>();
	expectTypeOf(svelte.useBskySession().get().data).toEqualTypeOf<BskySession | null>();
	expectTypeOf(solid.useBskySession()().data).toEqualTypeOf<BskySession | null>();
	// @ts-expect-error no property of the session
	react.useBskySession().data?.token;
});

test("the ways to sign in that better-auth and other plugins have are still there", () => {
	expectTypeOf(authClient.signIn.email).toBeFunction();
	expectTypeOf(authClient.signIn.social).toBeFunction();
	expectTypeOf(authClient.useSession.get().data?.user.bskyDid).toEqualTypeOf<
		string | null | undefined
	>();
});
