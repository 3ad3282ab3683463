import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createBskySession, createUser } from "../../src/session/index.ts";
import { fakeServer, openPage, type Page } from "../page.ts";

// As after a deployment that has taken away the scripts of a page which is still open.
vi.mock("../../src/session/sentences.ts", () => {
	throw new Error("Failed to fetch dynamically imported module");
});

let page: Page;
beforeEach(() => {
	page = openPage();
	vi.stubGlobal("CustomEvent", page.window.CustomEvent);
});
afterEach(() => page.close());

test("a sentence that can't be loaded gives way to a general one, and the menu goes on", async () => {
	const { fetch, asked } = fakeServer();
	const initial = { active: false, did: "did:plc:alice", reason: "session_expired" } as const;
	const user = createUser(async () => null);
	user.setOptions({ fetch });
	const unmount = user.mount(createBskySession({ fetch, initial }));
	user.reconnect();
	await vi.waitFor(() => expect(asked).toHaveLength(1));
	await asked[0]?.answer({ code: "SERVER_UNREACHABLE" }, 502);
	await vi.waitFor(() => expect(user.$state.get().busy).toBeNull());
	expect(user.$state.get().error).toBe("That didn’t work. Try again.");
	unmount();
});
