import { trace } from "@opentelemetry/api";
import {
	InMemorySpanExporter,
	NodeTracerProvider,
	type ReadableSpan,
	SimpleSpanProcessor,
	type Span,
} from "@opentelemetry/sdk-trace-node";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Person, signIn, useWorld } from "./accounts-kit.ts";
import { type App, expire, newPerson, startApp, useNetwork } from "./kit.ts";

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register();
afterAll(() => provider.shutdown());

const network = await useNetwork();
const world = await useWorld();
let app: App;
let person: Person;

beforeAll(async () => {
	app = await startApp(world.directories, { plugin: { profileCacheMaxAge: 0 } });
	// better-auth loads OpenTelemetry with its first span, and goes on without it meanwhile.
	await app.browser().get("/ok");
	await app.browser().get("/ok");
});
afterAll(() => app.close());
beforeEach(async () => {
	person = await world.newPerson();
	exporter.reset();
});

const spans = () => exporter.getFinishedSpans();
const named = (name: string) => spans().filter((span) => span.name === name);

/** What ours say of a span. */
const factsOf = (span: ReadableSpan | undefined) =>
	Object.fromEntries(
		Object.entries(span?.attributes ?? {})
			.filter(([name]) => name.startsWith("bsky."))
			.map(([name, value]) => [name.slice(5), value]),
	);

const handler = (path: string) => factsOf(named(`handler ${path}`).at(-1));

/** The names of the spans that a span is in, from the inside. */
function around(span: ReadableSpan): string[] {
	const parent = spans().find(
		(each) => each.spanContext().spanId === span.parentSpanContext?.spanId,
	);
	return parent ? [parent.name, ...around(parent)] : [];
}

test("a sign-in at the reference server: what it came to, where, and how long each part took", async () => {
	const site = await startApp(network);
	const browser = site.browser();
	const issuer = new URL(network.pdsUrl).origin;
	await browser.signIn(await newPerson(network));
	expect(handler("/bsky/sign-in")).toEqual({ outcome: "begun", issuer });
	expect(handler("/bsky/callback")).toEqual({ outcome: "signed_up", issuer });
	const parts = ["bsky resolve", "bsky par", "bsky exchange"];
	for (const name of parts) {
		const [span, ...others] = named(name);
		expect(others).toEqual([]);
		const path = name === "bsky exchange" ? "GET /bsky/callback" : "POST /bsky/sign-in";
		expect(span && around(span)).toContain(path);
		expect(span?.status.code).toBe(0);
		if (name !== "bsky resolve") expect(factsOf(span)).toEqual({ issuer });
	}
	await browser.post("/bsky/disconnect", {});
	await vi.waitFor(() => expect(named("bsky revoke")).toHaveLength(1), 10_000);
	expect(factsOf(named("bsky revoke")[0])).toEqual({ issuer });
	await site.close();
});

describe("a sign-in that fails says with what code, and at which server", () => {
	test("before there is a server: no failure of the span", async () => {
		await app.browser().post("/bsky/sign-in", { handle: "nobody.test" });
		expect(handler("/bsky/sign-in")).toEqual({ outcome: "failed", code: "HANDLE_NOT_FOUND" });
		expect(named("bsky resolve")[0]?.status.code).toBe(0);
	});

	test("at the server, which says a secret in its refusal", async () => {
		const secret = "ref-Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4";
		const body = { error: "invalid_request", error_description: `no good: ${secret}` };
		person.deviations = { par: () => ({ status: 400, body }) };
		await app.browser().post("/bsky/sign-in", { handle: person.did });
		const { origin: issuer } = person;
		expect(handler("/bsky/sign-in")).toEqual({ outcome: "failed", code: "SERVER_REFUSED", issuer });
		const [par] = named("bsky par");
		expect(par?.status.code).toBe(2);
		const said = JSON.stringify(
			spans().map(({ status, events, attributes }) => [status, events, attributes]),
		);
		expect(said).toContain("no good");
		expect(said).not.toContain(secret);
	});

	test("back from it, by a denial: the redirect alone would say nothing", async () => {
		const browser = app.browser();
		const url = await browser.begin(person.did);
		await browser.arrive(person.approve(url, { code: undefined, error: "access_denied" }));
		const { origin: issuer } = person;
		expect(handler("/bsky/callback")).toEqual({ outcome: "failed", code: "ACCESS_DENIED", issuer });
	});

	test("lost", async () => {
		await app.browser().fetch("/api/auth/bsky/callback?state=x&code=y");
		expect(handler("/bsky/callback")).toEqual({ outcome: "failed", code: "STATE_NOT_FOUND" });
	});
});

describe("a refresh", () => {
	test("waits for its lock and asks the server, each in a span", async () => {
		const browser = app.browser();
		await signIn(browser, person);
		await expire(app, person.did);
		await browser.post("/bsky/restore", {});
		expect(handler("/bsky/restore")).toEqual({ outcome: "active" });
		for (const name of ["bsky lock wait", "bsky refresh"]) {
			const [span] = named(name);
			expect(factsOf(span)).toEqual({ issuer: person.origin });
			expect(span && around(span)).toContain("POST /bsky/restore");
		}
	});

	test("that fails is seen, though the session stays", async () => {
		const browser = app.browser();
		await signIn(browser, person);
		await expire(app, person.did);
		person.deviations = { token: () => ({ status: 503, body: {} }) };
		await browser.post("/bsky/restore", {});
		expect(named("bsky refresh")[0]?.status.code).toBe(2);
		expect(handler("/bsky/restore")).toEqual({ outcome: "active" });
		person.deviations = { token: () => ({ status: 400, body: { error: "invalid_grant" } }) };
		await browser.post("/bsky/restore", {});
		expect(handler("/bsky/restore")).toEqual({ outcome: "session_expired" });
	});

	test("says nothing that is secret, and nobody's DID", async () => {
		const browser = app.browser();
		await signIn(browser, person);
		await expire(app, person.did);
		await browser.post("/bsky/restore", {});
		await browser.get("/bsky/session");
		await browser.post("/bsky/disconnect", {});
		await vi.waitFor(() => expect(named("bsky revoke")).toHaveLength(1), 10_000);
		const ours = spans().filter(({ name, attributes }) =>
			/bsky/.test(name + Object.keys(attributes).join()),
		);
		const said = JSON.stringify(
			ours.map(({ name, attributes, events }) => [name, attributes, events]),
		);
		for (const secret of [...person.secrets, person.did]) expect(said).not.toContain(secret);
	});
});

test("an agent that can't be had says why", async () => {
	await app.auth.api.getBskyAgent({ trustedDid: person.did }).catch(() => {});
	expect(handler("/:virtual")).toEqual({ outcome: "failed", code: "SESSION_EXPIRED" });
});

test("where the app has switched better-auth's spans off, there are none of ours", async () => {
	const quiet = await startApp(world.directories, {
		auth: { experimental: { instrumentation: { enabled: false } } },
	});
	await signIn(quiet.browser(), person);
	expect(spans()).toEqual([]);
	// Nor is anything said on a span of the app's own that a request is in.
	await trace.getTracer("app").startActiveSpan("own", async (own) => {
		await quiet.auth.handler(new Request(`${quiet.origin}/api/auth/bsky/callback?state=x&code=y`));
		own.end();
	});
	expect(spans().map(({ name, attributes }) => [name, attributes])).toEqual([["own", {}]]);
	await quiet.close();
});

describe("a tracer of the app's that fails changes nothing,", () => {
	const misdeeds: [string, (span: Span) => void][] = [
		[
			"where a span of ours begins",
			({ name }) => {
				if (name.startsWith("bsky ")) fail();
			},
		],
		[
			"where it ends",
			(span) => {
				if (span.name.startsWith("bsky ")) vi.spyOn(span, "end").mockImplementation(fail);
			},
		],
		[
			"where that of the request is described",
			(span) => {
				const { setAttribute } = span;
				vi.spyOn(span, "setAttribute").mockImplementation((name, value) =>
					name.startsWith("bsky.") ? fail() : setAttribute.call(span, name, value),
				);
			},
		],
	];

	test.each(misdeeds)("%s", async (_where, onStart) => {
		const processor = vi.spyOn(SimpleSpanProcessor.prototype, "onStart");
		processor.mockImplementation((span) => onStart(span as Span));
		const browser = app.browser();
		await signIn(browser, person);
		await expire(app, person.did);
		const restored = await browser.post("/bsky/restore", {});
		expect(await restored.json()).toMatchObject({ active: true });
		expect(person.received.filter(({ path }) => path === "/oauth/token")).toHaveLength(2);
		processor.mockRestore();
	});
});

function fail(): never {
	throw new Error("a tracer that fails");
}
