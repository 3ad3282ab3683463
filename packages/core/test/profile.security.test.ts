import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, type AppOptions, type Browser, startApp } from "./kit.ts";

let mallory: Awaited<ReturnType<typeof startEvilServer>>;
/** Somebody honest, on a server of the same kind. */
let alice: typeof mallory;
let world: Awaited<ReturnType<typeof startDirectories>>;
let app: App;

beforeAll(async () => {
	mallory = await startEvilServer({ handle: "mallory.test" });
	alice = await startEvilServer({ handle: "alice.test" });
	world = await startDirectories([mallory, alice]);
});
afterAll(() => Promise.all([mallory.close(), alice.close(), world.close()]));
beforeEach(() => {
	mallory.deviations = {};
});
afterEach(() => app.close());

const open = async (options?: AppOptions): Promise<Browser> => {
	app = await startApp(world, options);
	return app.browser();
};

/** A sign-in with this profile; every field as it is stored, and as the API gives it. */
async function signInWith(profile: Record<string, unknown>, options?: AppOptions) {
	const browser = await open(options);
	mallory.deviations.profile = profile;
	const end = await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
	expect(end.pathname).toBe("/me");
	const user = (await browser.user()) ?? {};
	const session = await browser.json("/bsky/session");
	return { browser, user, session };
}

describe("a hostile profile", () => {
	test("markup stays text, and is nowhere part of an answer that a browser renders", async () => {
		const script = '"><script>alert(1)</script>';
		const { browser, user } = await signInWith({ displayName: script, description: script });
		// Stored as it was written: whoever shows it escapes it, as with every other text.
		expect(user).toMatchObject({ name: script, bskyBio: script });
		for (const path of ["/get-session", "/bsky/session", "/list-accounts"]) {
			const response = await browser.get(path);
			expect(response.headers.get("content-type"), path).toMatch(/^application\/json/);
		}
	});

	test("control and bidirectional characters are taken out", async () => {
		const hostile = [
			..."\u0000\u0007\u001B\u007F\u0085\u009F",
			..."\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069",
			..."\u200B\u2060\uFEFF\u2028\u2029\u00AD\u034F\u180E\u3164\uFFF9",
			"\uD800",
		].join("");
		const { user, session } = await signInWith({
			displayName: `Ad${hostile}min`,
			description: `line\r\n${hostile}line`,
		});
		expect(user).toMatchObject({ name: "Admin", bskyDisplayName: "Admin", bskyBio: "line\nline" });
		expect(session).toMatchObject({ displayName: "Admin", description: "line\nline" });
	});

	test("a name that nobody could see is none", async () => {
		for (const displayName of [
			"\u3164",
			"\u200D\u200C",
			" \u00A0\u2003",
			"\uFE0F",
			"\u0301\u0301",
		]) {
			const { user } = await signInWith({ displayName });
			expect(user).toMatchObject({ name: "@mallory.test", bskyDisplayName: null });
			await app.close();
		}
	});

	test("a name has one line, whatever it is put into", async () => {
		const { user } = await signInWith({ displayName: "Bob\r\nBcc: everyone@example.com" });
		expect(user.name).toBe("Bob Bcc: everyone@example.com");
	});

	// The AppView's 10 MB are not read to their end; the record is taken instead.
	test.each([
		["10 MB", "x".repeat(10 * 1024 * 1024), { name: "Mallory", bskyBio: null }],
		["1 MB", "x".repeat(1024 * 1024), { name: "x".repeat(64) }],
		["1 MB of family", "👨‍👩‍👧‍👦".repeat(40_000), {}],
		["one letter under 100 kB of marks", `Z${"\u0335\u0352".repeat(50_000)}`, {}],
		["letters under 50 marks each", `Z${"\u0301".repeat(50)}`.repeat(64), {}],
	])("a display name of %s", async (_name, displayName, expected) => {
		const { user } = await signInWith({ displayName, description: displayName });
		expect(user).toMatchObject(expected);
		// The lexicon's own limits: 640 bytes for a name, 2560 for a description.
		expect(Buffer.byteLength(String(user.name))).toBeLessThanOrEqual(640);
		expect(Buffer.byteLength(String(user.bskyBio ?? ""))).toBeLessThanOrEqual(2560);
	});

	test.each([
		["numbers", 42],
		["arrays", ["Admin"]],
		["objects", { toString: "Admin", $ne: null }],
		["booleans", true],
		["null", null],
	])("%s in place of text", async (_name, value) => {
		const { user } = await signInWith({
			displayName: value,
			description: value,
			avatar: value,
			banner: value,
		});
		expect(user).toMatchObject({
			name: "@mallory.test",
			image: null,
			bskyDisplayName: null,
			bskyBio: null,
			bskyAvatar: null,
			bskyBanner: null,
		});
	});

	test.each([
		["javascript:", "javascript:alert(1)"],
		["javascript: with a newline", "java\nscript:alert(1)"],
		["data:", "data:image/svg+xml,<svg onload=alert(1)>"],
		["file:", "file:///etc/passwd"],
		["blob:", "blob:https://evil.example/1"],
		["a path", "/logout"],
		["//host", "//evil.example/a.png"],
		["a password", "https://user:password@evil.example/a.png"],
		["3 kB", `https://evil.example/${"a".repeat(3000)}`],
	])("an image at %s", async (_name, url) => {
		const { user } = await signInWith({ avatar: url, banner: url });
		expect(user).toMatchObject({ image: null, bskyAvatar: null, bskyBanner: null });
	});

	test("an image over http outside a local network", async () => {
		const { imageUrl } = await import("../src/identity/text.ts");
		expect(imageUrl("http://evil.example/a.png", false)).toBeUndefined();
		expect(imageUrl("https://cdn.example/a.png", false)).toBe("https://cdn.example/a.png");
	});

	test("an image's address carries no markup", async () => {
		const { user } = await signInWith({ avatar: 'https://cdn.example/"><script>x</script>' });
		expect(user.image).not.toMatch(/["<>]/);
	});

	test("the record in place of the AppView's profile is read as strictly", async () => {
		mallory.deviations.record = {
			value: {
				displayName: "Ad\u202Emin",
				description: { a: 1 },
				avatar: { ref: { $link: "../../evil?x=1&did=" } },
				banner: "javascript:alert(1)",
			},
		};
		const { user } = await signInWith({ did: "did:plc:somebodyelse" });
		expect(user).toMatchObject({ name: "Admin", bskyBio: null, bskyBanner: null });
		const avatar = new URL(String(user.image));
		expect(avatar.origin).toBe(mallory.origin);
		expect(avatar.pathname).toBe("/xrpc/com.atproto.sync.getBlob");
		expect(avatar.searchParams.getAll("did")).toEqual([mallory.did]);
	});

	test("no answer at all, or nonsense, is no reason to refuse", async () => {
		for (const body of ["", "null", "[]", "{", "[".repeat(100_000)]) {
			mallory.deviations.record = () => ({ body, headers: { "content-type": "application/json" } });
			const browser = await open();
			mallory.deviations.profile = mallory.deviations.record;
			const end = await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
			expect(end.pathname).toBe("/me");
			expect(await browser.user()).toMatchObject({ name: "@mallory.test" });
			await app.close();
		}
	});
});

describe("a profile that claims to be somebody else's", () => {
	test("another handle and DID change nothing", async () => {
		const { user, session } = await signInWith({ handle: alice.handle, displayName: "Alice" });
		expect(user).toMatchObject({ bskyDid: mallory.did, bskyHandle: mallory.handle });
		expect(session).toMatchObject({ did: mallory.did, handle: mallory.handle });
		await app.close();
		// A profile of another DID is none of this account's.
		mallory.deviations.record = () => ({ status: 404 });
		const other = await signInWith({ did: alice.did, displayName: "Alice" });
		expect(other.user).toMatchObject({ bskyDid: mallory.did, name: "@mallory.test" });
	});

	test("a handle that doesn't point back is not shown", async () => {
		mallory.deviations.didDocument = { alsoKnownAs: [`at://${alice.handle}`] };
		const { user, session } = await signInWith({ handle: alice.handle, displayName: undefined });
		expect(user).toMatchObject({ bskyHandle: null, name: mallory.did });
		expect(session.handle).toBeNull();
	});

	test("columns of the user, whatever the profile is called to fill", async () => {
		const { user } = await signInWith(
			{ id: "1", role: "admin", emailVerified: true, bskyDid: alice.did },
			{
				plugin: {
					// The most careless mapping there can be.
					mapProfileToUser: (profile) => ({
						...profile,
						id: "1",
						email: "alice@example.com",
						emailVerified: true,
						bskyDid: alice.did,
						bskyHandle: alice.handle,
					}),
				},
			},
		);
		expect(user).toMatchObject({ bskyDid: mallory.did, bskyHandle: mallory.handle });
		expect(user.id).not.toBe("1");
		expect(user).toMatchObject({ emailVerified: false });
		expect(user.email).not.toBe("alice@example.com");
		const again = app.browser();
		await again.arrive(mallory.approve(await again.begin(mallory.did)));
		expect(await again.user()).toEqual(user);
	});
});

describe("an e-mail address", () => {
	test("that the server claims leads to nobody", async () => {
		const browser = await open();
		await browser.signUpWithEmail("alice@example.com");
		app.database.exec("update user set emailVerified = 1");
		const before = app.rows("user");
		const claim = { email: "alice@example.com", emailConfirmed: true, emailVerified: true };
		mallory.deviations = { profile: claim, token: claim, didDocument: claim };
		const stranger = app.browser();
		await stranger.arrive(mallory.approve(await stranger.begin(mallory.did)));
		const user = await stranger.user();
		expect(user?.id).not.toBe(before[0]?.id);
		expect(user).toMatchObject({ emailVerified: false });
		expect(user?.email).toMatch(/^[0-9a-f]{32}@bsky\.placeholder\.invalid$/);
		expect(app.rows("user").filter((row) => row.id === before[0]?.id)).toEqual(before);
		expect(app.rows("account").map((row) => [row.providerId, row.userId])).toEqual([
			["credential", before[0]?.id],
			["bsky", user?.id],
		]);
		// Nor was the server asked for one.
		expect(mallory.asked("/xrpc/com.atproto.server.getSession")).toBe(false);
	});

	test("of somebody yet to come can't be guessed and taken first", async () => {
		const browser = await open();
		const [digest = ""] = [createHash("sha256").update(alice.did).digest("hex")];
		const guesses = [digest, digest.slice(0, 32), alice.did.slice(8), alice.handle];
		for (const guess of guesses) {
			await app.browser().signUpWithEmail(`${guess}@bsky.placeholder.invalid`);
		}
		await browser.arrive(alice.approve(await browser.begin(alice.did)));
		const user = await browser.user();
		expect(user).toMatchObject({ bskyDid: alice.did });
		expect(app.rows("user")).toHaveLength(guesses.length + 1);
		// Another user, another address: what one has told is of no use in the next.
		expect(user?.email).toMatch(/^[0-9a-f]{32}@bsky\.placeholder\.invalid$/);
		const { placeholderEmail } = await import("../src/accounts/placeholder-email.ts");
		expect(placeholderEmail()).not.toBe(placeholderEmail());
	});
});

describe("what a profile fills is not for people to set", () => {
	const stolen = () => ({
		bskyDid: alice.did,
		bskyHandle: alice.handle,
		bskyDisplayName: "Alice",
		bskyAvatar: "https://cdn.example/a.png",
		bskyBio: "It's me",
		bskyBanner: "https://cdn.example/b.png",
	});
	const unset = {
		bskyDid: null,
		bskyHandle: null,
		bskyDisplayName: null,
		bskyAvatar: null,
		bskyBio: null,
		bskyBanner: null,
	};

	test("by e-mail sign-up", async () => {
		const browser = await open();
		for (const [field, value] of Object.entries(stolen())) {
			const body = { email: `${field}@example.com`, password: "a-password", name: "E" };
			await browser.post("/sign-up/email", { ...body, [field]: value });
		}
		for (const row of app.rows("user")) expect(row).toMatchObject(unset);
	});

	test("by /update-user", async () => {
		const browser = await open();
		await browser.signUpWithEmail("eve@example.com");
		for (const [field, value] of Object.entries(stolen())) {
			await browser.post("/update-user", { [field]: value });
			await browser.post("/update-user", { name: "New", [field]: value });
		}
		expect(await browser.user()).toMatchObject(unset);
	});

	test("by the bodies of this plugin", async () => {
		const browser = await open();
		const link = { userId: "1", sessionToken: "x" };
		const refused = await browser.post("/bsky/sign-in", { handle: mallory.did, link });
		expect(refused.status).toBe(400);
		const body = { ...stolen(), userId: "1", link: true };
		await browser.arrive(mallory.approve(await browser.begin(mallory.did, body)));
		for (const path of ["/bsky/restore", "/bsky/disconnect"]) await browser.post(path, body);
		expect(await browser.user()).toMatchObject({
			bskyDid: mallory.did,
			bskyHandle: "mallory.test",
		});
	});
});
