import type { BskySession } from "@better-auth-bsky/client/session";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { renderSignIn, renderUser } from "../src/server.ts";

const SCRIPT = new URL("../src/index.ts", import.meta.url).href;
const SESSION: BskySession = {
	active: true,
	did: "did:plc:alice",
	handle: "alice.test",
	grantedScope: "atproto",
};
const LINK = '<a slot="menu" href="/settings">Settings</a>';

let frame: HTMLIFrameElement;

beforeEach(() => {
	frame = document.body.appendChild(document.createElement("iframe"));
});
afterEach(() => frame.remove());

const page = () => frame.contentDocument as Document;
const part = (name: string) => page().querySelector<HTMLElement>(`[data-part="${name}"]`);

/** A page of its own, which learns of the elements from its own script. */
async function load(body: string, head = ""): Promise<void> {
	const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
	frame.srcdoc = `<!doctype html><html><head>${head}<script type="module" src="${SCRIPT}"></script></head><body>${body}</body></html>`;
	await loaded;
}

test("what the server has sent is there before the script, and is taken over by it", async () => {
	const served = [
		renderUser({ session: SESSION }, { slots: { menu: LINK } }),
		renderSignIn({ callbackURL: "/in", defaultValue: "alice.test" }),
		renderUser({ session: null, signIn: true, baseURL: "/other" }),
	].join("");
	await load(`${served}<script>before = [...document.querySelectorAll("body *")]</script>`);
	const { before } = frame.contentWindow as unknown as { before: Element[] };
	await vi.waitFor(() => expect(part("mode")).toHaveProperty("disabled", false));
	expect(before.length).toBeGreaterThan(30);
	expect(before.filter(({ isConnected }) => !isConnected)).toEqual([]);
	expect(part("menu-items")?.firstElementChild?.outerHTML).toBe(LINK);
});

test("children that the parser hasn't reached yet are waited for", async () => {
	await load("");
	const parsed = page();
	parsed.open();
	parsed.write(`<!doctype html><body><bluesky-user session='${JSON.stringify(SESSION)}'>`);
	parsed.write('<a slot="menu">One</a>');
	await new Promise((resolve) => setTimeout(resolve, 20));
	expect(part("user")).toBeNull();
	parsed.write('<a slot="menu">Two</a></bluesky-user><p>Rest</p>');
	parsed.close();
	await vi.waitFor(() => expect(part("menu-items")?.textContent).toMatch(/^OneTwo/));
});

test("an app says something for all of them before any of them begins", async () => {
	const urls: string[] = [];
	const watch = `<script>fetch = (url) => { parent.postMessage(String(url)); return new Promise(() => {}); }</script>`;
	const say = `<script type="module">import { configure } from "${SCRIPT}"; configure({ baseURL: "/elsewhere" });</script>`;
	const hear = ({ data }: MessageEvent) => typeof data === "string" && urls.push(data);
	addEventListener("message", hear);
	const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
	frame.srcdoc = `<!doctype html>${watch}<bluesky-user></bluesky-user>${say}`;
	await loaded;
	await vi.waitFor(() => expect(urls).toEqual(["/elsewhere/bsky/session"]));
	removeEventListener("message", hear);
});
