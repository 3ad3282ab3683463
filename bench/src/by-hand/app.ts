import { randomUUID } from "node:crypto";
import { Agent } from "@atproto/api";
import { type Context, Hono } from "hono";
import { deleteCookie, getSignedCookie, setSignedCookie } from "hono/cookie";
import { html } from "hono/html";
import { client, database, SCOPE } from "./client.ts";

/** What docs/start/hono.md does, without better-auth: as the READMEs of the SDK and of Hono have it. */

const SECRET = process.env.SECRET ?? "";
const MONTH = 30 * 24 * 60 * 60;

const app = new Hono();

app.get("/oauth-client-metadata.json", (c) => c.json(client.clientMetadata));
app.get("/jwks.json", (c) => c.json(client.jwks));

interface User {
	did: string;
	name: string;
}

async function userOf(c: Context): Promise<User | undefined> {
	const id = await getSignedCookie(c, SECRET, "session");
	if (!id) return undefined;
	const row = database
		.prepare(
			"select user.did, name from session join user on user.did = session.did where id = ? and expires > ?",
		)
		.get(id, Date.now());
	return row ? { did: String(row.did), name: String(row.name) } : undefined;
}

app.get("/", async (c) => {
	const user = await userOf(c);
	const landing = html`<form action="/sign-in" method="post">
		<label>Bluesky handle <input name="handle" required /></label>
		<button>Sign in with Bluesky</button>
	</form>`;
	const home = html`<p>Hello, ${user?.name}!</p>
		<form action="/post" method="post">
			<label>What’s up? <input name="text" required /></label>
			<button>Post</button>
		</form>
		<form action="/sign-out" method="post"><button>Sign out</button></form>`;
	const error = c.req.query("error");
	return c.html(
		html`<!doctype html><title>My App</title>${error && html`<p role="alert">${error}</p>`}${user ? home : landing}`,
	);
});

app.post("/sign-in", async (c) => {
	const { handle } = await c.req.parseBody();
	const state = randomUUID();
	try {
		const url = await client.authorize(String(handle).trim(), { scope: SCOPE, state });
		const options = { httpOnly: true, sameSite: "Lax", secure: url.protocol === "https:" } as const;
		await setSignedCookie(c, "state", state, SECRET, { ...options, path: "/", maxAge: 3600 });
		return c.redirect(url.href, 303);
	} catch (error) {
		console.error(error);
		return c.redirect("/?error=That+didn’t+work.+Check+the+handle.", 303);
	}
});

app.get("/callback", async (c) => {
	try {
		const expected = await getSignedCookie(c, SECRET, "state");
		deleteCookie(c, "state");
		const { session, state } = await client.callback(new URL(c.req.url).searchParams);
		if (!expected || state !== expected) {
			await session.signOut();
			throw new Error("another browser");
		}
		const agent = new Agent(session);
		const { data } = await agent.getProfile({ actor: session.did });
		database
			.prepare("insert or replace into user (did, handle, name) values (?, ?, ?)")
			.run(session.did, data.handle, data.displayName || `@${data.handle}`);
		const id = randomUUID();
		database
			.prepare("insert into session (id, did, expires) values (?, ?, ?)")
			.run(id, session.did, Date.now() + MONTH * 1000);
		const secure = c.req.url.startsWith("https:");
		const options = { httpOnly: true, sameSite: "Lax", secure, path: "/", maxAge: MONTH } as const;
		await setSignedCookie(c, "session", id, SECRET, options);
		return c.redirect("/", 303);
	} catch (error) {
		console.error(error);
		return c.redirect("/?error=The+sign-in+was+not+finished.", 303);
	}
});

app.post("/post", async (c) => {
	const user = await userOf(c);
	if (!user) return c.redirect("/", 303);
	const { text } = await c.req.parseBody();
	const agent = new Agent(await client.restore(user.did));
	await agent.post({ text: String(text) });
	return c.redirect("/", 303);
});

app.post("/sign-out", async (c) => {
	const id = await getSignedCookie(c, SECRET, "session");
	const user = await userOf(c);
	if (id) database.prepare("delete from session where id = ?").run(id);
	if (user) await client.revoke(user.did);
	deleteCookie(c, "session");
	return c.redirect("/", 303);
});

export default app;
