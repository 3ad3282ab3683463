import { Agent } from "@atproto/api";
import type { BskySession } from "@better-auth-bsky/client";
import { de } from "@better-auth-bsky/client/labels/de";
import { createAuthClient } from "better-auth/vue";
import { expectTypeOf, test } from "vitest";
import { createApp, ref } from "vue";
import {
	atprotoAuthClient,
	type BskyProfileView,
	provideBsky,
	type SignedInAgent,
	useBskyAgent,
	useBskyProfile,
	useBskyScope,
	useBskySession,
	useBskySignIn,
} from "../src/index.ts";

const authClient = createAuthClient({ plugins: [atprotoAuthClient()] });

test("provideBsky", () => {
	provideBsky({ authClient });
	provideBsky(() => ({ labels: de }));
	provideBsky(ref({ baseURL: "/auth" }), createApp({}));
	// @ts-expect-error a session has a DID
	provideBsky({ session: { active: true } });
});

test("useBskyScope", () => {
	const { state, granted, error, allow } = useBskyScope(ref("atproto"), { did: "did:plc:alice" });
	expectTypeOf(state.value).toExtend<string>();
	expectTypeOf(granted.value).toBeBoolean();
	expectTypeOf(error.value).toEqualTypeOf<string | null>();
	expectTypeOf(allow).returns.resolves.toBeVoid();
	useBskyScope(() => "atproto");
	// @ts-expect-error there is no such state
	state.value === "allowed";
	// @ts-expect-error a scope is needed
	useBskyScope();
});

test("useBskyAgent", () => {
	expectTypeOf(useBskyAgent().value).toEqualTypeOf<SignedInAgent | null>();
	const agent = useBskyAgent((agent) => new Agent(agent));
	expectTypeOf(agent.value).toEqualTypeOf<Agent | null>();
	expectTypeOf(useBskyAgent(({ did }) => did.length).value).toEqualTypeOf<number | null>();
	useBskyAgent(undefined, { authClient });
	// @ts-expect-error nobody may be signed in
	agent.value.assertDid;
	// @ts-expect-error it is made of an agent
	useBskyAgent((handle: string) => handle);
});

test("useBskyProfile", () => {
	const { data, isPending, error, refetch } = useBskyProfile(ref("alice.test"), { authClient });
	expectTypeOf(data.value).toEqualTypeOf<BskyProfileView | null>();
	expectTypeOf(isPending.value).toBeBoolean();
	expectTypeOf(error.value?.code).toEqualTypeOf<string | undefined>();
	expectTypeOf(refetch).returns.resolves.toBeVoid();
	useBskyProfile(() => null);
	// @ts-expect-error one at a time
	useBskyProfile(["alice.bsky.social"]);
	// @ts-expect-error there may be none
	data.value.did;
});

test("useBskySession", () => {
	const { data, isPending, error, refetch, signOut } = useBskySession({ authClient });
	expectTypeOf(data.value).toEqualTypeOf<BskySession | null>();
	expectTypeOf(isPending.value).toBeBoolean();
	expectTypeOf(error.value?.code).toEqualTypeOf<string | undefined>();
	expectTypeOf(refetch).returns.resolves.toBeVoid();
	expectTypeOf(signOut).returns.resolves.toBeVoid();
	// @ts-expect-error there may be nobody
	data.value.did;
});

test("useBskySignIn", () => {
	const { api, state, value, signIn } = useBskySignIn(() => ({ callbackURL: "/in" }));
	value.value = "alice";
	expectTypeOf(value.value).toBeString();
	expectTypeOf(state.value.value).toBeString();
	expectTypeOf(signIn.submit).returns.resolves.toBeVoid();
	expectTypeOf(api.value.mode).toEqualTypeOf<"handle" | "server">();
	// @ts-expect-error the props of an input are none for a form
	api.value.getInputProps().novalidate;
	// @ts-expect-error an option is named by its place
	api.value.getOptionProps("alice");
	// @ts-expect-error the field holds text
	value.value = 1;
});
