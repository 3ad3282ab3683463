import { Agent } from "@atproto/api";
import type { BskySession as CoreSession } from "@better-auth-bsky/client";
import { de } from "@better-auth-bsky/client/labels/de";
import { createAuthClient } from "better-auth/react";
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
	useBskyAgent,
	useBskyProfile,
	useBskyScope,
	useBskySession,
	useBskySignIn,
} from "../src/index.ts";

const authClient = createAuthClient({ plugins: [atprotoAuthClient()] });
const session = {} as CoreSession;

test("BskyProvider", () => {
	<BskyProvider />;
	<BskyProvider authClient={authClient} labels={de} session={session} theme="dark" />;
	<BskyProvider session={null} baseURL="/auth">
		text
	</BskyProvider>;
	// @ts-expect-error there is no such theme
	<BskyProvider theme="pink" />;
	// @ts-expect-error it is no client
	<BskyProvider authClient={{}} />;
	// @ts-expect-error a session has a DID
	<BskyProvider session={{ active: true }} />;
});

test("BlueskySignIn", () => {
	<BlueskySignIn />;
	<BlueskySignIn as="dialog" callbackURL="/in" suggestions="person" remember labels={de} />;
	const maybe = undefined as string | undefined;
	<BlueskySignIn callbackURL={maybe} value={maybe} asChild={undefined} />;
	<BlueskySignIn value="a" onValueChange={(value) => expectTypeOf(value).toBeString()} />;
	<BlueskySignIn as="button" asChild>
		<button type="button">Sign in</button>
	</BlueskySignIn>;
	// @ts-expect-error there is no such way
	<BlueskySignIn as="popup" />;
	// @ts-expect-error better-auth writes URL in capitals
	<BlueskySignIn callbackUrl="/in" />;
	// @ts-expect-error the field holds text
	<BlueskySignIn value={1} />;
	// @ts-expect-error suggestions are on, off, or for complete handles
	<BlueskySignIn suggestions="always" />;
	// @ts-expect-error there is no such text
	<BlueskySignIn labels={{ signin: "In" }} />;
	// @ts-expect-error what is in the field at first is its default value
	<BlueskySignIn handle="alice.bsky.social" />;
});

test("BlueskyUser", () => {
	<BlueskyUser />;
	<BlueskyUser signIn />;
	<BlueskyUser signIn={{ as: "button", callbackURL: "/in" }} onSignOut={() => {}}>
		<a href="/settings">Settings</a>
	</BlueskyUser>;
	// @ts-expect-error there is no such way
	<BlueskyUser signIn={{ as: "popup" }} />;
	// @ts-expect-error it takes no session
	<BlueskyUser onSignOut={(session: BskySession) => session} />;
});

test("BlueskyAccounts", () => {
	<BlueskyAccounts callbackURL="/settings" labels={de} />;
	<BlueskyAccounts title={false} className="card" classNames={{ disconnect: "btn" }} />;
	<BlueskyAccounts
		title="Bluesky"
		onConnect={({ did }) => expectTypeOf(did).toBeString()}
		onError={({ code }) => expectTypeOf(code).toBeString()}
	/>;
	// @ts-expect-error there is no such part
	<BlueskyAccounts classNames={{ button: "btn" }} />;
	// @ts-expect-error it has a heading, or none
	<BlueskyAccounts title />;
	// @ts-expect-error it takes no handle
	<BlueskyAccounts handle="alice.bsky.social" />;
});

test("BlueskyScopeGate", () => {
	<BlueskyScopeGate scope="atproto">text</BlueskyScopeGate>;
	<BlueskyScopeGate
		scope="atproto"
		did="did:plc:alice"
		labels={de}
		fallback={({ state, allow }) => (
			<button type="button" onClick={allow}>
				{state}
			</button>
		)}
	/>;
	<BlueskyScopeGate scope="atproto" fallback={null} />;
	// @ts-expect-error a gate is for a scope
	<BlueskyScopeGate />;
	// @ts-expect-error several are separated by spaces
	<BlueskyScopeGate scope={["atproto"]} />;
});

test("useBskyScope", () => {
	const { state, granted, error, allow } = useBskyScope("atproto", { did: "did:plc:alice" });
	expectTypeOf(state).toExtend<string>();
	expectTypeOf(granted).toBeBoolean();
	expectTypeOf(error).toEqualTypeOf<string | null>();
	expectTypeOf(allow).returns.resolves.toBeVoid();
	// @ts-expect-error there is no such state
	state === "allowed";
	// @ts-expect-error a scope is needed
	useBskyScope();
});

test("useBskyAgent", () => {
	expectTypeOf(useBskyAgent()).toEqualTypeOf<SignedInAgent | null>();
	expectTypeOf(useBskyAgent((agent) => new Agent(agent))).toEqualTypeOf<Agent | null>();
	const size = useBskyAgent(({ did, fetchHandler }) => {
		expectTypeOf(did).toEqualTypeOf<`did:${string}:${string}`>();
		void fetchHandler("/xrpc/app.bsky.feed.getTimeline", {
			onUploadProgress: ({ loaded }) => loaded,
		});
		return did.length;
	});
	expectTypeOf(size).toEqualTypeOf<number | null>();
	useBskyAgent(undefined, { authClient });
	// @ts-expect-error nobody may be signed in
	useBskyAgent().fetchHandler("/xrpc/app.bsky.feed.getTimeline");
	// @ts-expect-error it is made of an agent
	useBskyAgent((handle: string) => handle);
});

test("useBskyProfile", () => {
	const { data, isPending, error, refetch } = useBskyProfile("alice.bsky.social", { authClient });
	expectTypeOf(data).toEqualTypeOf<BskyProfileView | null>();
	expectTypeOf(data?.handle).toEqualTypeOf<string | null | undefined>();
	expectTypeOf(isPending).toBeBoolean();
	expectTypeOf(error?.code).toEqualTypeOf<string | undefined>();
	expectTypeOf(refetch).returns.resolves.toBeVoid();
	useBskyProfile(null);
	// @ts-expect-error one at a time
	useBskyProfile(["alice.bsky.social"]);
	// @ts-expect-error there may be none
	data.did;
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
	const { api, state, value, signIn } = useBskySignIn({ callbackURL: "/in" });
	<form {...api.getFormProps()}>
		<input {...api.getInputProps()} />
		<button {...api.getSubmitProps()}>{api.submitText}</button>
	</form>;
	expectTypeOf(value).toBeString();
	expectTypeOf(state.value).toBeString();
	expectTypeOf(signIn.submit).returns.resolves.toBeVoid();
	expectTypeOf(api.mode).toEqualTypeOf<"handle" | "server">();
	// @ts-expect-error the props of an input are none for a form
	<form {...api.getInputProps()} />;
	// @ts-expect-error an option is named by its place
	api.getOptionProps("alice");
});
