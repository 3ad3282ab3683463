import { bskyErrorCode } from "@better-auth-bsky/core";
import { Hono } from "hono";
import { csrf } from "hono/csrf";
import { auth } from "./auth.ts";
import { errorPage, homePage, landingPage } from "./pages.ts";

const STATUS = "xyz.statusphere.status";

const app = new Hono();

// better-auth looks at where its own requests come from.
app.on(["GET", "POST"], "/api/auth/*", (c) => auth.handler(c.req.raw));

app.use(csrf());

app.get("/", async (c) => {
	const session = await auth.api.getSession({ headers: c.req.raw.headers });
	return session ? c.redirect("/home") : c.html(landingPage());
});

app.get("/home", async (c) => {
	const session = await auth.api.getSession({ headers: c.req.raw.headers });
	return session ? c.html(homePage(session.user, c.req.query("status"))) : c.redirect("/");
});

/** Writes a record into the person's own repository. */
app.post("/status", async (c) => {
	const { status } = await c.req.parseBody();
	if (typeof status !== "string" || !/^\p{Emoji}/u.test(status)) return c.redirect("/home", 303);
	try {
		const agent = await auth.api.getBskyAgent({ headers: c.req.raw.headers });
		await agent.com.atproto.repo.createRecord({
			repo: agent.assertDid,
			collection: STATUS,
			record: { $type: STATUS, status, createdAt: new Date().toISOString() },
		});
		return c.redirect(`/home?status=${encodeURIComponent(status)}`, 303);
	} catch (error) {
		const code = bskyErrorCode(error);
		if (code === undefined) throw error;
		return c.redirect(`/error?error=${code}`, 303);
	}
});

app.post("/sign-out", async (c) => {
	const { headers } = await auth.api.signOut({
		headers: c.req.raw.headers,
		returnHeaders: true,
	});
	for (const cookie of headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
	return c.redirect("/", 303);
});

app.get("/error", (c) => c.html(errorPage(c.req.query("error"))));

export default app;
