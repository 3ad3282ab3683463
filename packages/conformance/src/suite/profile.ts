import type { BskySession } from "@better-auth-bsky/client/session";
import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { Kit } from "../kit/kit.ts";
import { CHOICES, NOT_LINKED, SESSION } from "../kit/people.ts";
import type { Asked } from "../kit/server.ts";
import { rest, type Ui, until } from "../kit/ui.ts";

const PROFILES = "/bsky/xrpc/app.bsky.actor.getProfiles";

const OTHER: BskySession = { ...SESSION, did: CHOICES[1]?.did ?? "", handle: "alina.test" };

const didOf = (actor: string) =>
	actor.startsWith("did:") ? actor : `did:plc:${actor.split(".")[0]}`;

const profileOf = (actor: string) => ({
	did: didOf(actor),
	handle: actor.startsWith("did:") ? `${actor.split(":")[2]}.test` : actor,
	displayName: `Name of ${actor}`,
});

/** Profiles of others, as they are shown. */
export function profile(kit: Kit): void {
	const asked = () => kit.server.at(PROFILES);
	const actorsOf = ({ params }: Asked) => params.getAll("actors");
	const here = (session: BskySession | null | undefined = SESSION) => ({
		baseURL: kit.place(),
		session,
	});
	const answer = (extra: object = {}) =>
		kit.server.reply(PROFILES, (one) =>
			one.answer({
				profiles: actorsOf(one)
					.map((actor) => ({ ...profileOf(actor), ...extra }))
					.reverse(),
			}),
		);
	const open = (actors: string[], provider = here()) =>
		kit.open("ProfileProbes", { actors, provider });
	const texts = (ui: Ui) => ui.all("probe").map(({ textContent }) => textContent?.trim());
	const states = (ui: Ui) => ui.all("probe").map(({ dataset }) => dataset.state);
	const shows = (ui: Ui, ...names: string[]) => until(() => expect(texts(ui)).toEqual(names));

	describe("useBskyProfile", () => {
		test("pending, then the profile, as whoever is signed in sees it", async () => {
			kit.server.hold(PROFILES);
			const ui = await open(["bob.test"]);
			expect(states(ui)).toEqual(["pending"]);
			await until(() => expect(asked()).toHaveLength(1));
			expect(asked()[0]?.headers.get("x-bsky-did")).toBe(SESSION.did);
			asked()[0]?.answer({ profiles: [profileOf("bob.test")] });
			await shows(ui, "Name of bob.test");
			expect(states(ui)).toEqual(["known"]);
		});

		test("what a page asks at once is one request for 25 of them, each once", async () => {
			answer();
			const actors = Array.from({ length: 30 }, (_, index) => `person-${index}.test`);
			const ui = await open([...actors, "@Person-0.TEST", "did:plc:carla", "did:plc:carla"]);
			await until(() => expect(states(ui).every((state) => state === "known")).toBe(true));
			expect(asked().map((one) => actorsOf(one).length)).toEqual([25, 6]);
			expect(asked().flatMap(actorsOf)).toEqual([...actors, "did:plc:carla"]);
			expect(texts(ui).slice(-3)).toEqual([
				"Name of person-0.test",
				"Name of did:plc:carla",
				"Name of did:plc:carla",
			]);
		});

		test("all of a page share them, also later", async () => {
			answer();
			const provider = here();
			const first = await open(["bob.test"], provider);
			await shows(first, "Name of bob.test");
			const second = await open(["bob.test"], provider);
			expect(states(second)).toEqual(["known"]);
			await first.unmount();
			await second.unmount();
			const third = await open(["bob.test", "carla.test"], provider);
			expect(states(third)).toEqual(["known", "pending"]);
			await shows(third, "Name of bob.test", "Name of carla.test");
			expect(asked().map(actorsOf)).toEqual([["bob.test"], ["carla.test"]]);
		});

		test("another one in its place is asked for", async () => {
			answer();
			const provider = here();
			const ui = await open(["bob.test"], provider);
			await shows(ui, "Name of bob.test");
			await ui.update({ actors: ["carla.test"] });
			await shows(ui, "Name of carla.test");
			await ui.update({ actors: ["bob.test"] });
			await shows(ui, "Name of bob.test");
			expect(asked()).toHaveLength(2);
		});

		test("asking again shows what is new, and what was known until then", async () => {
			answer();
			const ui = await open(["bob.test"]);
			await shows(ui, "Name of bob.test");
			kit.server.hold(PROFILES);
			await userEvent.click(ui.role("button", "Refetch"));
			await until(() => expect(asked()).toHaveLength(2));
			expect(states(ui)).toEqual(["known"]);
			asked()[1]?.answer({ profiles: [{ ...profileOf("bob.test"), displayName: "Bobby" }] });
			await shows(ui, "Bobby");
		});

		test("nobody's, and none that can be", async () => {
			kit.server.reply(PROFILES, (one) => one.answer({ profiles: [profileOf("bob.test")] }));
			const ui = await open(["nobody.test", "not a handle", "bob.test"]);
			await shows(ui, "HANDLE_NOT_FOUND", "HANDLE_INVALID", "Name of bob.test");
			expect(asked().map(actorsOf)).toEqual([["nobody.test", "bob.test"]]);
		});

		test.each([
			["the app refuses", 403, { code: "METHOD_NOT_ALLOWED", message: "" }, "METHOD_NOT_ALLOWED"],
			["the person's server refuses", 400, { error: "InvalidRequest", message: "" }, "UNKNOWN"],
			[
				"a scope is missing",
				403,
				{ error: "ScopeMissingError", code: "SCOPE_MISSING" },
				"SCOPE_MISSING",
			],
			["it is nonsense", 200, "nonsense", "HANDLE_NOT_FOUND"],
		])("%s, and asking again helps", async (_, status, body, code) => {
			kit.server.reply(PROFILES, (one) => one.answer(body, status));
			const ui = await open(["bob.test"]);
			await shows(ui, code);
			answer();
			await userEvent.click(ui.role("button", "Refetch"));
			await shows(ui, "Name of bob.test");
		});

		test("offline", async () => {
			kit.server.reply(PROFILES, ({ fail }) => fail());
			const ui = await open(["bob.test"]);
			await shows(ui, "NETWORK_ERROR");
		});

		test("a stranger's texts are made fit to be shown", async () => {
			answer({ handle: "handle.invalid", displayName: `\u202Ebad\u0000\nname${"x".repeat(500)}` });
			const ui = await open(["did:plc:mallory"]);
			await until(() => expect(states(ui)).toEqual(["known"]));
			expect(texts(ui)[0]).toBe(`bad name${"x".repeat(56)}`);
		});

		test.each([
			["nobody is signed in", null],
			["no account is connected", NOT_LINKED],
		])("none while %s, and nothing is asked", async (_, session) => {
			const ui = await open(["bob.test"], here(session));
			await rest(50);
			expect(states(ui)).toEqual(["none"]);
			expect(asked()).toEqual([]);
		});

		test("for another account it is asked anew", async () => {
			answer();
			kit.server.signIn(OTHER);
			const provider = here();
			const ui = await open(["bob.test"], provider);
			await shows(ui, "Name of bob.test");
			await ui.update({ provider: { ...provider, session: OTHER } });
			await until(() => expect(asked()).toHaveLength(2));
			expect(asked().map(({ headers }) => headers.get("x-bsky-did"))).toEqual([
				SESSION.did,
				OTHER.did,
			]);
			await shows(ui, "Name of bob.test");
		});

		test("one that is taken away in the middle is not missed", async () => {
			kit.server.hold(PROFILES);
			const ui = await open(["bob.test"]);
			await until(() => expect(asked()).toHaveLength(1));
			await ui.unmount();
			asked()[0]?.answer({ profiles: [profileOf("bob.test")] });
			await rest(50);
		});

		test("a server renders it pending, and the browser asks", async () => {
			answer();
			const props = { actors: ["bob.test"], provider: here() };
			const served = await kit.serve("ProfileProbes", props);
			expect(served.state("probe")).toBe("pending");
			const ui = await kit.hydrate(served.container, "ProfileProbes", props);
			await shows(ui, "Name of bob.test");
		});
	});
}
