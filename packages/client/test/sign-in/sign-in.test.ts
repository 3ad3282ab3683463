import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connectSignIn, createSignIn, type SignInOptions } from "../../src/sign-in/index.ts";
import { fakeServer, openPage, type Page, turn } from "../page.ts";

let page: Page;
let server: ReturnType<typeof fakeServer>;
let unmount = () => {};

beforeEach(() => {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
	page = openPage();
	server = fakeServer();
});
afterEach(async () => {
	unmount();
	vi.useRealTimers();
	await page.close();
});

const URL_OF_PDS = "https://pds.example/oauth/authorize?request_uri=urn:x";

function open(options: SignInOptions = {}) {
	const gone: string[] = [];
	const signIn = createSignIn({
		suggestions: false,
		fetch: server.fetch,
		navigate: (url) => gone.push(url),
		...options,
	});
	unmount = signIn.mount();
	return {
		signIn,
		gone,
		now: () => signIn.$state.get(),
		error: () => connectSignIn(signIn).error,
		type: (value: string) => signIn.input(value),
	};
}

describe("errors", () => {
	test("come on submit, or on leaving the field, never while typing", () => {
		const { signIn, now, type, error } = open();
		signIn.focus(true);
		type("a@b.example");
		expect(now().status).toBe("idle");
		signIn.focus(false);
		expect(now()).toMatchObject({ status: "failed", error: "HANDLE_IS_EMAIL" });
		expect(error()).toMatch(/e-mail/);
		type("a@b.exampl");
		expect(now()).toMatchObject({ status: "idle", error: null });
	});

	test("on leaving the field stand where nothing else went wrong, and under it", async () => {
		const { signIn, type } = open();
		const problem = () => connectSignIn(signIn).problem;
		type("two words");
		void signIn.continueWithBluesky();
		await server.last().fail();
		const before = problem();
		expect(before).toMatchObject({ place: "form", way: "retry" });
		signIn.focus(true);
		signIn.focus(false);
		expect(problem()).toEqual(before);
		page.fire("online");
		expect(problem()).toBeNull();
		signIn.focus(true);
		signIn.focus(false);
		expect(problem()?.place).toBe("field");
	});

	test("an empty field says nothing until it is sent", async () => {
		const { signIn, now } = open();
		signIn.focus(true);
		signIn.focus(false);
		expect(now().error).toBeNull();
		await signIn.submit();
		expect(now().error).toBe("HANDLE_REQUIRED");
		expect(server.asked).toEqual([]);
	});

	test.each([
		["alice bsky social", "HANDLE_INVALID"],
		["not/a/handle!", "HANDLE_INVALID"],
		["bsky.app/profile/alice.example?x=1", null],
		["“@alice.example”", null],
		["müller.example", null],
		["alice", null],
		["@Alice.Bsky.Social ", null],
		["\u202aalice.bsky.social\u202c", null],
		["at://did:plc:abc", null],
		["did:web:alice.example", null],
		["https://bsky.app/profile/alice.example", null],
		["https://pds.example", null],
		["alice@example.com", "HANDLE_IS_EMAIL"],
		["ali_ce.example", "HANDLE_INVALID"],
	])("what is typed as %j is refused with %j at most", async (typed, code) => {
		const { signIn, now, type } = open();
		type(typed);
		void signIn.submit();
		expect(now().error).toBe(code);
		expect(server.asked).toHaveLength(code ? 0 : 1);
	});

	test("a server's code becomes a sentence, in any language", async () => {
		const labels = {
			errors: { HANDLE_NOT_FOUND: "Gibt es nicht.", NOT_INVITED: "Nur für Geladene." },
		};
		const { signIn, type, error } = open({ labels });
		type("alice.example");
		for (const [code, sentence] of [
			["HANDLE_NOT_FOUND", "Gibt es nicht."],
			["NOT_INVITED", "Nur für Geladene."],
			["SOMETHING_ELSE", "That didn’t work. Try again."],
			["constructor", "That didn’t work. Try again."],
		]) {
			const done = signIn.submit();
			await server.last().answer({ code, message: "<b>raw</b>" }, 400);
			await done;
			expect(error()).toBe(sentence);
		}
	});

	test.each([
		[429, {}, "TOO_MANY_REQUESTS"],
		[502, "<html>", "INTERNAL_SERVER_ERROR"],
		[400, null, "UNKNOWN"],
	])("status %d without a code", async (status, body, code) => {
		const { signIn, type, now } = open();
		type("alice.example");
		void signIn.submit();
		await server.last().answer(body, status);
		expect(now().error).toBe(code);
	});

	test("no network", async () => {
		const { signIn, type, now } = open();
		type("alice.example");
		void signIn.submit();
		await server.last().fail();
		expect(now().error).toBe("NETWORK_ERROR");
	});

	test("the field gets the focus back", async () => {
		const input = page.window.document.createElement("input");
		input.id = "bsky-input";
		page.window.document.body.append(input);
		const { signIn } = open();
		await signIn.submit();
		expect(page.window.document.activeElement).toBe(input);
	});
});

describe("a submit", () => {
	test("asks the server and leaves", async () => {
		const { signIn, type, now, gone } = open({ callbackURL: "/me", requestSignUp: true });
		type("@alice.example");
		void signIn.submit();
		expect(now().status).toBe("submitting");
		expect(server.last()).toMatchObject({
			path: "/bsky/sign-in",
			method: "POST",
			body: {
				handle: "@alice.example",
				callbackURL: "/me",
				errorCallbackURL: "/sign-in",
				requestSignUp: true,
				disableRedirect: true,
			},
		});
		await server.last().answer({ url: URL_OF_PDS });
		expect(now().status).toBe("redirecting");
		expect(gone).toEqual([URL_OF_PDS]);
	});

	test("a second one does nothing, until the first has failed", async () => {
		const { signIn, type } = open();
		type("alice.example");
		void signIn.submit();
		void signIn.submit();
		void signIn.continueWithBluesky();
		expect(server.asked).toHaveLength(1);
		await server.last().answer({ code: "SERVER_REFUSED" }, 502);
		void signIn.submit();
		expect(server.asked).toHaveLength(2);
	});

	test("the field can't change meanwhile", () => {
		const { signIn, type, now } = open();
		type("alice.example");
		void signIn.submit();
		type("bob.example");
		signIn.setMode("server");
		expect(now()).toMatchObject({ value: "alice.example", mode: "handle", status: "submitting" });
	});

	test("can be given up; an answer that comes anyway leads nowhere", async () => {
		const { signIn, type, now, gone } = open();
		type("alice.example");
		void signIn.submit();
		signIn.abort();
		expect(now().status).toBe("idle");
		expect(server.last().signal?.aborted).toBe(true);
		await server.last().answer({ url: URL_OF_PDS });
		expect([gone, now().status]).toEqual([[], "idle"]);
	});

	test.each(["onStart", "onRedirect"] as const)("can be given up by %s", async (name) => {
		const { signIn, now, gone } = open();
		const give = { [name]: () => signIn.abort() };
		signIn.setOptions({ ...signIn.options, ...give });
		void signIn.submit("alice.example");
		await server.asked.at(-1)?.answer({ url: URL_OF_PDS });
		expect([gone, now().status]).toEqual([[], "idle"]);
		expect(server.asked).toHaveLength(name === "onStart" ? 0 : 1);
		vi.advanceTimersByTime(20_000);
		expect(now().slow).toBe(false);
	});

	test("ends with the form", async () => {
		const { signIn, type, gone } = open();
		type("alice.example");
		void signIn.submit();
		unmount();
		await server.last().answer({ url: URL_OF_PDS });
		expect(gone).toEqual([]);
	});

	test.each(["javascript:alert(1)", "data:text/html,x", undefined])(
		"to %s goes nowhere",
		async (url) => {
			const onRedirect = vi.fn();
			const { signIn, type, now, gone } = open({ onRedirect });
			type("alice.example");
			void signIn.submit();
			await server.last().answer({ url });
			expect([gone, now().error]).toEqual([[], "UNKNOWN"]);
			expect(onRedirect).not.toHaveBeenCalled();
		},
	);

	test("without a handle goes to the default server", () => {
		const { signIn } = open({ defaultServer: "https://pds.example" });
		void signIn.continueWithBluesky();
		expect(server.last().body).toMatchObject({ handle: "https://pds.example" });
	});

	test("to another server takes its address with https or without", () => {
		for (const typed of ["pds.example", "https://pds.example", " PDS.example "]) {
			const { signIn, type } = open();
			signIn.setMode("server");
			type(typed);
			void signIn.submit();
			const { handle } = server.last().body as { handle: string };
			expect(new URL(handle).origin).toBe("https://pds.example");
		}
		expect(server.asked).toHaveLength(3);
	});

	test("no server is asked where no address was typed", async () => {
		const { signIn, type, now } = open();
		signIn.setMode("server");
		for (const typed of ["", "alice@pds.example", "two words"]) {
			type(typed);
			await signIn.submit();
			expect(now().error).toBe("SERVER_INVALID");
		}
	});

	test("goes through an authClient's own fetch", async () => {
		const $fetch = vi.fn(async () => ({ data: { url: URL_OF_PDS }, error: null }));
		const { signIn, type, gone } = open({ authClient: { $fetch } });
		type("alice.example");
		await signIn.submit();
		expect($fetch).toHaveBeenCalledWith(
			"/bsky/sign-in",
			expect.objectContaining({ method: "POST", throw: false }),
		);
		expect(gone).toEqual([URL_OF_PDS]);
		expect(server.asked).toEqual([]);
	});
});

describe("coming back", () => {
	const leaving = async () => {
		const form = open();
		form.type("alice.example");
		void form.signIn.submit();
		await server.last().answer({ url: URL_OF_PDS });
		expect(form.now().status).toBe("redirecting");
		return form;
	};

	test("by the back button finds a form that works", async () => {
		const { signIn, now } = await leaving();
		page.comeBack();
		expect(now()).toMatchObject({ status: "idle", value: "alice.example" });
		void signIn.submit();
		expect(server.asked).toHaveLength(2);
	});

	test("a first pageshow changes nothing", async () => {
		const { now } = await leaving();
		page.fire("pageshow", { persisted: false });
		expect(now().status).toBe("redirecting");
	});

	test.each([
		["Cancel", "abort", true],
		["a dialog that closes", "hide", true],
		["a form that goes", null, false],
	] as const)(
		"%s keeps a browser that is about to leave: it is stopped, %s",
		async (_, way, isStopped) => {
			const { signIn } = await leaving();
			const stop = vi.fn();
			Object.assign(page.window, { stop });
			if (way) signIn[way]();
			else unmount();
			expect(stop).toHaveBeenCalledTimes(isStopped ? 1 : 0);
			expect(sessionStorage.getItem("better-auth-bsky.trip") === null).toBe(isStopped);
			signIn.hide();
			expect(stop).toHaveBeenCalledTimes(isStopped ? 1 : 0);
		},
	);

	test("what keeps a browser in a frame from being stopped is no obstacle", async () => {
		const { signIn, now } = await leaving();
		Object.defineProperty(page.window, "top", { value: {} });
		signIn.abort();
		expect(now().status).toBe("idle");
	});

	test("a browser that doesn't leave gives the form back", async () => {
		const { now } = await leaving();
		vi.advanceTimersByTime(10_000);
		expect(now().status).toBe("idle");
	});
});

describe("an error in the page's URL", () => {
	const at = (url: string, options: SignInOptions = {}) => {
		page.window.happyDOM.setURL(url);
		return open(options);
	};

	test("is told once, in our words, and taken out", () => {
		page.window.history.replaceState({ router: 1 }, "", "/");
		const url =
			"https://app.example/in?a=1&error=access_denied&error_description=%3Cimg%20src=x%3E#x";
		const { now, error } = at(url);
		expect(now()).toMatchObject({ status: "failed", error: "ACCESS_DENIED" });
		expect(error()).toBe("The sign-in was cancelled. Nothing has changed.");
		expect(page.window.location.href).toBe("https://app.example/in?a=1#x");
		expect(now().errorCallbackURL).toBe("/in?a=1");
	});

	test("that isn't ours stays", () => {
		for (const code of ["teapot", "__proto__", "constructor"]) {
			const url = `https://app.example/in?error=${code}`;
			const { now } = at(url);
			expect([now().error, page.window.location.href]).toEqual([null, url]);
		}
	});

	test("keeps the router's state, or goes through the router", () => {
		const replaced: string[] = [];
		at("https://app.example/in?error=access_denied", { replaceURL: (url) => replaced.push(url) });
		expect(replaced).toEqual(["/in"]);
		const replaceState = vi.spyOn(page.window.history, "replaceState");
		page.window.history.pushState({ router: 1 }, "", "/in?error=access_denied");
		open();
		expect(replaceState).toHaveBeenCalledWith(page.window.history.state, "", "/in");
	});

	test("is known on the server when it is handed in", () => {
		const signIn = createSignIn({ error: "access_denied" });
		expect(connectSignIn(signIn).error).toMatch(/cancelled/);
		expect(connectSignIn(createSignIn({ error: "<script>" })).error).toBeNull();
	});
});

describe("a person quicker than the script", () => {
	function field(value: string) {
		const input = page.window.document.createElement("input");
		input.id = "bsky-input";
		input.value = value;
		page.window.document.body.append(input);
		return input;
	}

	test("what was typed is kept", () => {
		field("early.example");
		expect(open().now().value).toBe("early.example");
	});

	test.each([
		["handle", "alice.example", "alice.example"],
		["server", " PDS.example ", "https://PDS.example"],
		["server", "", ""],
	] as const)(
		"who has cancelled finds what a form for a %s had: %j",
		async (mode, typed, found) => {
			const { signIn, type } = open();
			signIn.setMode(mode);
			type(typed);
			void signIn.continueWithBluesky();
			await server.last().answer({ url: URL_OF_PDS });
			unmount();
			vi.spyOn(performance, "timeOrigin", "get").mockReturnValue(Date.now() + 1);
			page.window.happyDOM.setURL("https://app.example/sign-in?error=access_denied");
			const { signIn: next, now } = open();
			expect(now()).toMatchObject({ error: "ACCESS_DENIED", value: found });
			if (!found) return;
			void next.submit();
			expect(server.last().body).toMatchObject({ handle: found });
			vi.restoreAllMocks();
		},
	);

	test("what was typed is kept where hydration puts the server's text over it, once", () => {
		const input = field("early.example");
		const signIn = createSignIn({ handle: "server.example", fetch: server.fetch });
		input.value = "server.example";
		unmount = signIn.mount();
		expect(signIn.$state.get().value).toBe("early.example");
		signIn.input("");
		input.value = "";
		unmount();
		unmount = signIn.mount();
		expect(signIn.$state.get().value).toBe("");
	});

	test("what is typed while the page comes to life is kept, too", () => {
		const input = field("ear");
		const signIn = createSignIn({ fetch: server.fetch });
		input.value = "early";
		unmount = signIn.mount();
		expect(signIn.$state.get().value).toBe("early");
	});

	test("a field that has the focus already gets its list", async () => {
		field("").focus();
		const { type, now } = open({ suggestions: true });
		type("ali");
		vi.advanceTimersByTime(150);
		await server.last().answer({ actors: [{ handle: "ali.example" }] });
		expect(now().open).toBe(true);
	});
});

test("mounted twice, as by React's strict mode, it works", async () => {
	const { signIn, type, gone } = open();
	unmount();
	unmount = signIn.mount();
	type("alice.example");
	void signIn.submit();
	await server.last().answer({ url: URL_OF_PDS });
	expect(gone).toEqual([URL_OF_PDS]);
});

test.each([
	["", "Reconnect"],
	["  ", "Reconnect"],
	["@Alice.example ", "Reconnect @alice.example"],
	["alice", "Reconnect @alice.bsky.social"],
	["did:plc:abc", "Reconnect did:plc:abc"],
])("a form that connects %j again is called %s", (handle, title) => {
	const { signIn } = open({ intent: "reconnect", handle });
	expect(connectSignIn(signIn).titleText).toBe(title);
});

test("an account is created at no server that the app names no more", async () => {
	const { signIn } = open({ signUp: ["https://one.example", "https://two.example"] });
	signIn.show();
	await turn();
	for (const one of server.asked) await one.answer({ signUp: true });
	const hosts = () => connectSignIn(signIn).signUpServers.map(({ host }) => host);
	expect(hosts()).toEqual(["one.example", "two.example"]);
	signIn.setOptions({ signUp: "https://two.example" });
	expect(hosts()).toEqual(["two.example"]);
});

test("a server that the app names later is asked, and an answer about others changes nothing", async () => {
	const options = { fetch: server.fetch, signUp: "https://one.example" };
	const { signIn } = open(options);
	signIn.show();
	await turn();
	signIn.setOptions(options);
	signIn.setOptions({ ...options, signUp: ["https://one.example", "https://two.example"] });
	const [first, ...then] = server.asked;
	expect(then).toHaveLength(2);
	for (const one of then) await one.answer({ signUp: true });
	await first?.answer({ signUp: true });
	const hosts = connectSignIn(signIn).signUpServers.map(({ host }) => host);
	expect(hosts).toEqual(["one.example", "two.example"]);
});

test("a server that couldn't be asked without a network is asked once there is one", async () => {
	const { signIn } = open({ signUp: "https://one.example" });
	const hosts = () => connectSignIn(signIn).signUpServers.map(({ host }) => host);
	page.fire("online");
	expect(server.asked).toEqual([]);
	signIn.show();
	await turn();
	await server.last().fail();
	expect(hosts()).toEqual([]);
	page.fire("online");
	await server.last().answer({ signUp: true });
	expect(hosts()).toEqual(["one.example"]);
	page.fire("online");
	expect(server.asked).toHaveLength(2);
});

test("new options hold from the next use, and notify nobody", () => {
	const { signIn, type } = open();
	const changes = vi.fn();
	signIn.$state.listen(changes);
	signIn.setOptions({ ...signIn.options, callbackURL: "/later", fetch: server.fetch });
	expect(changes).not.toHaveBeenCalled();
	type("alice.example");
	void signIn.submit();
	expect(server.last().body).toMatchObject({ callbackURL: "/later" });
});
