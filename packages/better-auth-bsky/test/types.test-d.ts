import type { Agent } from "@atproto/api";
import { betterAuth } from "better-auth";
import { createAuthClient } from "better-auth/client";
import { expectTypeOf, test } from "vitest";
import { atprotoAuthClient } from "../src/client.ts";
import {
	type AllowSignIn,
	type AtprotoAuthOptions,
	allowDids,
	allowHandles,
	allowServers,
	atprotoAuth,
	type BskyErrorCode,
	BskyOptionError,
	type BskyProfile,
} from "../src/index.ts";

const auth = betterAuth({
	baseURL: "http://localhost:3000",
	emailAndPassword: { enabled: true },
	plugins: [atprotoAuth()],
});
const headers = new Headers();

test("auth.api.signInBsky", async () => {
	const answer = await auth.api.signInBsky({ body: { handle: "alice.test", callbackURL: "/" } });
	expectTypeOf(answer).toEqualTypeOf<{ url: string; redirect: boolean }>();
	// @ts-expect-error the handle is required
	auth.api.signInBsky({ body: {} });
	// @ts-expect-error no such property
	auth.api.signInBsky({ body: { handle: "alice.test", callbackUrl: "/" } });
});

test("auth.api.getBskySession and restoreBskySession", async () => {
	const session = await auth.api.getBskySession({ headers });
	if (session.active) expectTypeOf(session.grantedScope).toEqualTypeOf<string>();
	else
		expectTypeOf(session.reason).toEqualTypeOf<"not_linked" | "signed_out" | "session_expired">();
	expectTypeOf(session.displayName).toEqualTypeOf<string | undefined>();
	await auth.api.getBskySession({ headers, query: { did: "did:plc:abc" } });
	const state = await auth.api.restoreBskySession({ headers, body: { did: "did:plc:abc" } });
	if (state.active) expectTypeOf(state.did).toEqualTypeOf<string>();
	// @ts-expect-error whose session, if not that of a request
	auth.api.getBskySession({});
});

test("auth.api.getBskyAgent", async () => {
	expectTypeOf(await auth.api.getBskyAgent({ headers })).toEqualTypeOf<Agent>();
	expectTypeOf(await auth.api.getBskyAgent({ headers, did: "did:plc:abc" })).toEqualTypeOf<Agent>();
	expectTypeOf(await auth.api.getBskyAgent({ did: "did:plc:abc" })).toEqualTypeOf<Agent>();
	expectTypeOf(await auth.api.getBskyAgent({ trustedDid: "did:plc:abc" })).toEqualTypeOf<Agent>();
	expectTypeOf(await auth.api.getBskyAgent({ userId: "1" })).toEqualTypeOf<Agent>();
	// @ts-expect-error for whom?
	auth.api.getBskyAgent({});
	// @ts-expect-error a handle changes hands: a DID doesn't
	auth.api.getBskyAgent({ handle: "alice.test" });
});

test("allowSignIn", () => {
	atprotoAuth({
		allowSignIn: (who) => {
			expectTypeOf(who).toEqualTypeOf<{
				did: string;
				handle: string | null;
				pds: string;
				issuer: string;
				profile: BskyProfile | null;
				isNewUser: boolean;
			}>();
			return who.isNewUser ? "Nobody new today." : true;
		},
	});
	atprotoAuth({ allowSignIn: async ({ did }) => did !== "did:plc:abc" });
	const [byHandle, byDid, byServer] = [
		allowHandles("*.example.com"),
		allowDids("did:plc:ewvi7nxzyoun6zhxrhs64oiz"),
		allowServers("https://pds.example.com", new URL("https://bsky.social")),
	];
	expectTypeOf<typeof byHandle>().toExtend<AllowSignIn>();
	atprotoAuth({ allowSignIn: (who) => byHandle(who) || byDid(who) || byServer(who) });
	expectTypeOf<"SIGN_IN_NOT_ALLOWED">().toExtend<BskyErrorCode>();
	// @ts-expect-error it says neither yes nor no
	atprotoAuth({ allowSignIn: () => {} });
	// @ts-expect-error who somebody is isn't known as a handle alone
	atprotoAuth({ allowSignIn: (handle: string) => handle.endsWith(".example.com") });
	// @ts-expect-error a list is written out
	allowHandles(["alice.bsky.social"]);
});

test("trustedEmailIssuers", () => {
	atprotoAuth({ trustedEmailIssuers: ["https://bsky.social", new URL("https://pds.example.com")] });
	const issuers = ["https://bsky.social"] as const;
	atprotoAuth({ trustedEmailIssuers: issuers });
	// @ts-expect-error several, or none
	atprotoAuth({ trustedEmailIssuers: "https://bsky.social" });
	// @ts-expect-error by their names
	atprotoAuth({ trustedEmailIssuers: true });
});

test("context.getPlugin", async () => {
	const plugin = (await auth.$context).getPlugin("bsky");
	expectTypeOf(plugin?.options).toEqualTypeOf<AtprotoAuthOptions | undefined>();
});

test("auth.$Infer.Session", async () => {
	type User = (typeof auth.$Infer.Session)["user"];
	type Column = string | null | undefined;
	expectTypeOf<User["bskyDid"]>().toEqualTypeOf<Column>();
	expectTypeOf<User["bskyHandle"]>().toEqualTypeOf<Column>();
	expectTypeOf<User["bskyDisplayName"]>().toEqualTypeOf<Column>();
	expectTypeOf<User["bskyAvatar"]>().toEqualTypeOf<Column>();
	expectTypeOf<User["bskyBio"]>().toEqualTypeOf<Column>();
	expectTypeOf<User["bskyBanner"]>().toEqualTypeOf<Column>();
	const session = await auth.api.getSession({ headers });
	expectTypeOf(session?.user.bskyDid).toEqualTypeOf<Column>();
	// @ts-expect-error no column of ours
	session?.user.bskyToken;
});

test("nothing of it can be set by a client", () => {
	auth.api.signUpEmail({ body: { email: "a@b.example", password: "p", name: "n" } });
	auth.api.signUpEmail({
		// @ts-expect-error written by the sign-in alone
		body: { email: "a@b.example", password: "p", name: "n", bskyDid: "did:plc:abc" },
	});
	// @ts-expect-error written by the sign-in alone
	auth.api.updateUser({ headers, body: { bskyDid: "did:plc:abc" } });
});

test("auth.$ERROR_CODES", () => {
	expectTypeOf(auth.$ERROR_CODES.HANDLE_IS_EMAIL.message).toBeString();
	expectTypeOf(auth.$ERROR_CODES).toHaveProperty("USER_NOT_FOUND");
	// @ts-expect-error no such code
	auth.$ERROR_CODES.HANDLE_LOST;
});

test("options", () => {
	const options: AtprotoAuthOptions = {
		privateKey: process.env.BSKY_PRIVATE_KEY,
		clientMetadata: { clientName: "My App", scope: "atproto transition:generic" },
		mapProfileToUser: (profile) => ({
			name: profile.displayName || `@${profile.handle}`,
			image: profile.avatar,
		}),
		disableSignUp: false,
	};
	atprotoAuth(options);
	// @ts-expect-error no such option
	atprotoAuth({ privatekey: "…" });
	// @ts-expect-error a handle that couldn't be verified is null
	atprotoAuth({ mapProfileToUser: (profile) => ({ name: profile.handle }) });
	expectTypeOf(new BskyOptionError("privateKey", "…").option).toEqualTypeOf<string>();
});

test("/client is the client plugin, which infers what it would from the whole server plugin", () => {
	const client = atprotoAuthClient();
	type Whole = Omit<typeof client, "$InferServerPlugin"> & {
		$InferServerPlugin: ReturnType<typeof atprotoAuth>;
	};
	expectTypeOf<ReturnType<typeof atprotoAuth>>().toExtend<typeof client.$InferServerPlugin>();
	const authClient = createAuthClient({ plugins: [client] });
	const whole = createAuthClient({ plugins: [client as Whole] });
	expectTypeOf(authClient).toEqualTypeOf<typeof whole>();
	expectTypeOf(authClient.bsky.accounts).not.toBeAny();
});

test("events", () => {
	atprotoAuth({
		events: {
			onSignedUp: ({ did, userId, issuer, ms }) => {
				expectTypeOf([did, userId, issuer]).toEqualTypeOf<string[]>();
				expectTypeOf(ms).toEqualTypeOf<number>();
			},
			onSignInFailed: async ({ code, issuer }) => {
				expectTypeOf(code).toExtend<string>();
				expectTypeOf(issuer).toEqualTypeOf<string | undefined>();
			},
			onSessionLost: ({ reason }) =>
				expectTypeOf(reason).toEqualTypeOf<"invalid_grant" | "moved">(),
		},
	});
	// @ts-expect-error there is no such event
	atprotoAuth({ events: { onSignIn: () => {} } });
});

test("auth.api.getBskyHealth", async () => {
	const health = await auth.api.getBskyHealth();
	expectTypeOf(health.sessions.usable).toEqualTypeOf<number>();
	expectTypeOf(health.revocations.since).toEqualTypeOf<Date | null>();
});
