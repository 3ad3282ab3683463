import { Agent } from "@atproto/api";
import type { BskySession as CoreSession } from "@better-auth-bsky/client";
import { de } from "@better-auth-bsky/client/labels/de";
import { createAuthClient } from "better-auth/svelte";
import { createRawSnippet } from "svelte";
import { expectTypeOf, test } from "vitest";
import {
	atprotoAuthClient,
	BlueskyAccounts,
	BlueskyScopeGate,
	BlueskySignIn,
	BlueskyUser,
	type BskyProfileView,
	BskyProvider,
	type BskySession,
	type SignedInAgent,
	setBskyContext,
	type UseBskyScope,
	useBskyAgent,
	useBskyProfile,
	useBskyScope,
	useBskySession,
	useBskySignIn,
} from "../src/index.ts";

const authClient = createAuthClient({ plugins: [atprotoAuthClient()] });
const session = {} as CoreSession;
const children = createRawSnippet(() => ({ render: () => "<b>text</b>" }));

/** `<Of {...props} />` */
const render = <P>(_: (internals: never, props: P) => unknown, props: NoInfer<P>) => props;

test("BskyProvider and setBskyContext", () => {
	render(BskyProvider, {});
	render(BskyProvider, { authClient, labels: de, session, theme: "dark", children });
	render(BskyProvider, { session: null, baseURL: "/auth" });
	setBskyContext({ authClient });
	setBskyContext(() => ({ labels: de }));
	// @ts-expect-error there is no such theme
	render(BskyProvider, { theme: "pink" });
	// @ts-expect-error it is no client
	render(BskyProvider, { authClient: {} });
	// @ts-expect-error a session has a DID
	setBskyContext({ session: { active: true } });
});

test("BlueskySignIn", () => {
	render(BlueskySignIn, {});
	render(BlueskySignIn, { as: "dialog", callbackURL: "/in", suggestions: "person", labels: de });
	render(BlueskySignIn, { value: "a", onValueChange: (value) => expectTypeOf(value).toBeString() });
	render(BlueskySignIn, { as: "button", children });
	// @ts-expect-error there is no such way
	render(BlueskySignIn, { as: "popup" });
	// @ts-expect-error better-auth writes URL in capitals
	render(BlueskySignIn, { callbackUrl: "/in" });
	// @ts-expect-error the field holds text
	render(BlueskySignIn, { value: 1 });
	// @ts-expect-error suggestions are on, off, or for complete handles
	render(BlueskySignIn, { suggestions: "always" });
	// @ts-expect-error there is no such text
	render(BlueskySignIn, { labels: { signin: "In" } });
	// @ts-expect-error what is in the field at first is its default value
	render(BlueskySignIn, { handle: "alice.bsky.social" });
	// @ts-expect-error a button of one's own gets props
	render(BlueskySignIn, { child: (props: number) => props });
});

test("BlueskyUser", () => {
	render(BlueskyUser, { signIn: true, children });
	render(BlueskyUser, { signIn: { as: "button", callbackURL: "/in" }, onSignOut: () => {} });
	// @ts-expect-error there is no such way
	render(BlueskyUser, { signIn: { as: "popup" } });
	// @ts-expect-error it takes no session
	render(BlueskyUser, { onSignOut: (session: BskySession) => session });
});

test("BlueskyAccounts", () => {
	render(BlueskyAccounts, { callbackURL: "/settings", labels: de });
	render(BlueskyAccounts, { title: false, className: "card", classNames: { disconnect: "btn" } });
	render(BlueskyAccounts, { onConnect: ({ did }) => expectTypeOf(did).toBeString() });
	// @ts-expect-error there is no such part
	render(BlueskyAccounts, { classNames: { button: "btn" } });
	// @ts-expect-error it has a heading, or none
	render(BlueskyAccounts, { title: true });
	// @ts-expect-error it takes no handle
	render(BlueskyAccounts, { handle: "alice.bsky.social" });
});

test("BlueskyScopeGate", () => {
	const fallback = createRawSnippet<[UseBskyScope]>(() => ({ render: () => "<b>text</b>" }));
	render(BlueskyScopeGate, { scope: "atproto", children });
	render(BlueskyScopeGate, { scope: "atproto", did: "did:plc:alice", labels: de, fallback });
	// @ts-expect-error a gate is for a scope
	render(BlueskyScopeGate, {});
	// @ts-expect-error several are separated by spaces
	render(BlueskyScopeGate, { scope: ["atproto"] });
});

test("useBskyScope", () => {
	const posting = useBskyScope(() => "atproto", { did: "did:plc:alice" });
	expectTypeOf(posting.state).toExtend<string>();
	expectTypeOf(posting.granted).toBeBoolean();
	expectTypeOf(posting.error).toEqualTypeOf<string | null>();
	expectTypeOf(posting.allow).returns.resolves.toBeVoid();
	// @ts-expect-error there is no such state
	posting.state === "allowed";
	// @ts-expect-error it is the gate's to say
	posting.granted = true;
});

test("useBskyAgent", () => {
	expectTypeOf(useBskyAgent().current).toEqualTypeOf<SignedInAgent | null>();
	const agent = useBskyAgent((agent) => new Agent(agent));
	expectTypeOf(agent.current).toEqualTypeOf<Agent | null>();
	expectTypeOf(useBskyAgent(({ did }) => did.length).current).toEqualTypeOf<number | null>();
	useBskyAgent(undefined, { authClient });
	// @ts-expect-error nobody may be signed in
	agent.current.assertDid;
	// @ts-expect-error it is made of an agent
	useBskyAgent((handle: string) => handle);
	// @ts-expect-error it is the hook's to say
	agent.current = null;
});

test("useBskyProfile", () => {
	const profile = useBskyProfile(() => "alice.bsky.social", { authClient });
	expectTypeOf(profile.data).toEqualTypeOf<BskyProfileView | null>();
	expectTypeOf(profile.isPending).toBeBoolean();
	expectTypeOf(profile.error?.code).toEqualTypeOf<string | undefined>();
	expectTypeOf(profile.refetch).returns.resolves.toBeVoid();
	useBskyProfile("alice.bsky.social");
	useBskyProfile(null);
	// @ts-expect-error one at a time
	useBskyProfile(["alice.bsky.social"]);
	// @ts-expect-error there may be none
	profile.data.did;
});

test("useBskySession", () => {
	const { data, isPending, error, refetch, signOut } = useBskySession({ authClient });
	expectTypeOf(data).toEqualTypeOf<CoreSession | null>();
	expectTypeOf(isPending).toBeBoolean();
	expectTypeOf(error?.code).toEqualTypeOf<string | undefined>();
	expectTypeOf(refetch).returns.resolves.toBeVoid();
	expectTypeOf(signOut).returns.resolves.toBeVoid();
	// @ts-expect-error there may be nobody
	data.did;
});

test("useBskySignIn", () => {
	const form = useBskySignIn(() => ({ callbackURL: "/in" }));
	form.value = "alice";
	expectTypeOf(form.value).toBeString();
	expectTypeOf(form.state.value).toBeString();
	expectTypeOf(form.signIn.submit).returns.resolves.toBeVoid();
	expectTypeOf(form.api.mode).toEqualTypeOf<"handle" | "server">();
	expectTypeOf(form.api.getInputProps().readonly).toEqualTypeOf<boolean | null | undefined>();
	// @ts-expect-error the props of an input are none for a form
	form.api.getInputProps().novalidate;
	// @ts-expect-error an option is named by its place
	form.api.getOptionProps("alice");
	// @ts-expect-error the field holds text
	form.value = 1;
});
