import type { BskySession } from "@better-auth-bsky/client/session";
import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { Kit } from "../kit/kit.ts";
import { CHOICES, ENDED, NOT_LINKED, SESSION } from "../kit/people.ts";
import { rest, type Ui, until } from "../kit/ui.ts";

/** Another account of hers. */
const OTHER: BskySession = { ...SESSION, did: CHOICES[1]?.did ?? "", handle: "alina.test" };

const CALL = "/bsky/xrpc/a.b.c";

/** What calls the server of whoever is signed in. */
export function agent(kit: Kit): void {
	const here = () => ({ baseURL: kit.place() });
	const open = (session?: BskySession | null) =>
		kit.open("AgentProbe", { provider: { ...here(), session } });
	const call = (ui: Ui) => userEvent.click(ui.role("button", "Call"));
	const calls = () => kit.server.at(CALL);

	describe("useBskyAgent", () => {
		test.each([
			["nobody is signed in", null],
			["no account is connected", NOT_LINKED],
			["the connection has ended", ENDED],
		])("none while %s", async (_, session) => {
			const ui = await open(session);
			await rest(50);
			expect([ui.state("probe"), ui.text("probe")]).toEqual(["none", ""]);
		});

		test("none until it is known who is signed in", async () => {
			kit.server.hold("/bsky/session");
			const ui = await open();
			expect(ui.state("probe")).toBe("none");
			await until(() => expect(kit.server.at("/bsky/session")).toHaveLength(1));
			kit.server.at("/bsky/session")[0]?.answer(SESSION);
			await until(() => expect(ui.state("probe")).toBe("ready"));
			expect(ui.text("probe")).toMatch(/^\d+: did:plc:alice$/);
		});

		test("it calls where the app says, as the account that it was made for", async () => {
			kit.server.reply(CALL, ({ answer }) => answer({}));
			const ui = await open(SESSION);
			await call(ui);
			await until(() => expect(calls()).toHaveLength(1));
			expect(calls()[0]?.headers.get("x-bsky-did")).toBe(SESSION.did);
			expect(kit.server.asked).toHaveLength(1);
		});

		test("it stays the same while the account does", async () => {
			const provider = { ...here(), session: SESSION };
			const ui = await kit.open("AgentProbe", { provider });
			const first = ui.text("probe");
			kit.server.signIn();
			await ui.update({ provider: { ...provider } });
			await ui.update({ provider: { ...provider, session: { ...SESSION, displayName: "Al" } } });
			await until(() => expect(kit.server.at("/bsky/session")).toHaveLength(1));
			await rest(50);
			expect(ui.text("probe")).toBe(first);
		});

		test("and is another one for another account", async () => {
			const provider = { ...here(), session: SESSION };
			const ui = await kit.open("AgentProbe", { provider });
			const first = Number.parseInt(ui.text("probe"), 10);
			kit.server.signIn(OTHER);
			await ui.update({ provider: { ...provider, session: OTHER } });
			await until(() => expect(ui.text("probe")).toContain(OTHER.did));
			expect(Number.parseInt(ui.text("probe"), 10)).toBeGreaterThan(first);
		});

		test("a call that finds the session ended ends it for the page", async () => {
			kit.server.signIn(ENDED);
			kit.server.refuse(CALL, "SESSION_EXPIRED", 401);
			const place = here();
			const ui = await kit.open("AgentProbe", { provider: { ...place, session: SESSION } });
			const other = await kit.open("SessionProbe", { provider: { ...place, session: SESSION } });
			await call(ui);
			await until(() => expect(ui.state("probe")).toBe("none"));
			expect(kit.server.at("/bsky/session")).toHaveLength(1);
			expect(other.state("probe")).toBe("signed-in");
			await call(ui);
			expect(calls()).toHaveLength(1);
		});

		test("a server renders it as the browser begins", async () => {
			const served = await kit.serve("AgentProbe", { provider: { ...here(), session: SESSION } });
			// Numbers are counted on either side, so that this one can't be brought to life.
			expect(served.text("probe")).toMatch(/^\d+: did:plc:alice$/);
			const nobody = { provider: { ...here(), session: null } };
			const ui = await kit.serve("AgentProbe", nobody);
			const alive = await kit.hydrate(ui.container, "AgentProbe", nobody);
			expect(alive.state("probe")).toBe("none");
		});
	});
}
