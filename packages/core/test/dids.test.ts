import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, EvilServer } from "./evil-server.ts";
import { openInternet } from "./internet.ts";
import type { App } from "./kit.ts";
import { startInProduction } from "./production.ts";

/** An app in production, and a directory and websites that say of a DID what they like. */
let app: App;
const internet = openInternet();
let person: EvilServer;
let people = 0;

beforeAll(async () => {
	app = await startInProduction(internet, () => person);
});
afterAll(async () => {
	await app.close();
	internet[Symbol.dispose]();
});

type Outcome = [status: number, code?: string];
const FOUND: Outcome = [200];
const NONE: Outcome = [404, "HANDLE_NOT_FOUND"];
const DOUBT: Outcome = [503, "SERVER_UNREACHABLE"];
const UNSUPPORTED: Outcome = [422, "SERVER_UNSUPPORTED"];

type Say = (document: Record<string, unknown>) => Answer;
const status =
	(status: number): Say =>
	(document) => ({ status, body: document });

/** What is said instead of the document, and what it means of a did:plc and a did:web. */
const ANSWERS: Record<string, [say: Say, plc: Outcome, web: Outcome]> = {
	"the document": [status(200), FOUND, FOUND],
	"in another media type": [
		(document) => ({ headers: { "content-type": "text/plain" }, body: JSON.stringify(document) }),
		FOUND,
		FOUND,
	],
	"not found": [status(404), NONE, NONE],
	gone: [status(410), NONE, NONE],
	forbidden: [status(403), DOUBT, DOUBT],
	"not now": [status(429), DOUBT, DOUBT],
	broken: [status(500), DOUBT, DOUBT],
	"in maintenance": [status(503), DOUBT, DOUBT],
	"somewhere else": [() => ({ status: 302, headers: { location: "/elsewhere" } }), DOUBT, DOUBT],
	"a page": [() => ({ body: "<!doctype html>" }), DOUBT, DOUBT],
	nothing: [() => ({ body: "" }), DOUBT, DOUBT],
	"no document": [() => ({ body: {} }), DOUBT, DOUBT],
	"members of null": [
		(document) => ({ body: { ...document, service_: null, controller: null, keyAgreement: null } }),
		FOUND,
		FOUND,
	],
	"names of other places": [
		(document) => ({
			body: {
				...document,
				alsoKnownAs: [
					...["alice", 5, "acct:a@b", "at://a b", `at://${document.id}`, "https://[", "at://"],
					...[document.alsoKnownAs].flat(),
				],
			},
		}),
		FOUND,
		FOUND,
	],
	"services that are none": [
		(document) => ({ body: { ...document, service: "https://pds" } }),
		UNSUPPORTED,
		UNSUPPORTED,
	],
	// DID core §4.1, §5: what may be, and what is nobody's affair.
	"a context of its own": [
		({ "@context": context, ...document }) => ({
			body: { ...document, "@context": [context, { "@base": "did:plc:x" }].flat() },
		}),
		FOUND,
		FOUND,
	],
	"keys of another kind": [
		(document) => ({
			body: {
				...document,
				verificationMethod: ["x", { id: "#k", type: "Multikey" }],
				authentication: {},
				controller: 5,
			},
		}),
		FOUND,
		FOUND,
	],
	"services of other kinds": [
		(document) => ({
			body: {
				...document,
				service: [
					"x",
					{ id: "#a", type: ["A", "B"], serviceEndpoint: "https://a.example" },
					{ id: "#b", type: "B", serviceEndpoint: "/b" },
					{ id: "#c", type: "C" },
					...[document.service].flat(),
				],
			},
		}),
		FOUND,
		FOUND,
	],
	"a server that is none": [
		(document) => ({ body: { ...document, service: [{ id: "#atproto_pds", type: "x" }] } }),
		UNSUPPORTED,
		UNSUPPORTED,
	],
	"half of one": [(document) => ({ body: JSON.stringify(document).slice(0, -9) }), DOUBT, DOUBT],
	"a list": [() => ({ body: [] }), DOUBT, DOUBT],
	"too much": [
		(document) => ({ body: { ...document, alsoKnownAs: Array(600).fill("at://alice.test") } }),
		DOUBT,
		DOUBT,
	],
	// The directory is not theirs, the website is.
	"somebody else's": [
		(document) => ({ body: { ...document, id: "did:web:somebody.else" } }),
		DOUBT,
		NONE,
	],
};

/** Somebody new, with a website that is their server, too. */
async function newcomer(method: "plc" | "web"): Promise<void> {
	const name = `person-${++people}.${method}.com`;
	const did = method === "web" ? { did: `did:web:${name}` } : {};
	person = new EvilServer(`https://${name}`, { handle: name, ...did });
	await internet.publish(name, person.listener);
}

async function signIn(handle = person.did): Promise<Outcome> {
	const response = await app.browser().post("/bsky/sign-in", { handle });
	const { code } = (await response.json()) as { code?: string };
	return code ? [response.status, code] : [response.status];
}

describe.each(["plc", "web"] as const)("a did:%s", (method) => {
	test.each(Object.entries(ANSWERS))("%s, and a moment later the document", async (_what, row) => {
		const [say, plc, web] = row;
		await newcomer(method);
		person.deviations.didDocument = say;
		expect(await signIn()).toEqual(method === "plc" ? plc : web);
		person.deviations = {};
		expect(await signIn()).toEqual(FOUND);
	});

	test("a document that changes leads elsewhere at the next sign-in", async () => {
		await newcomer(method);
		const { did } = person;
		const before = person;
		expect(await signIn()).toEqual(FOUND);
		const after = new EvilServer("https://new-home.com", { did, handle: before.handle });
		await internet.publish("new-home.com", after.listener);
		before.deviations.didDocument = after.didDocument;
		const { url } = (await (await app.browser().post("/bsky/sign-in", { handle: did })).json()) as {
			url: string;
		};
		expect(new URL(url).host).toBe("new-home.com");
	});
});

describe("a did:web whose website", () => {
	test("isn't there", async () => {
		expect(await signIn("did:web:nowhere.com")).toEqual(NONE);
	});

	test("is inside", async () => {
		internet.point("inside.com", "127.0.0.1");
		for (const host of ["inside.com", "localhost", "localhost%3A3000"]) {
			expect([host, await signIn(`did:web:${host}`)]).toEqual([host, NONE]);
		}
	});

	test("doesn't listen", async () => {
		internet.point("down.com", "2e00::dead");
		expect(await signIn("did:web:down.com")).toEqual(DOUBT);
	});
});

test("a person without a server is told that theirs is not supported", async () => {
	for (const service of [
		undefined,
		[],
		[{ id: "#other", type: "Other", serviceEndpoint: "https://a.com" }],
	]) {
		await newcomer("plc");
		person.deviations.didDocument = { service };
		expect(await signIn()).toEqual([422, "SERVER_UNSUPPORTED"]);
	}
});

test("a directory that is not there says nothing of anybody", async () => {
	await newcomer("plc");
	// What is still connected doesn't ask where it is.
	person.keepAlive = false;
	expect(await signIn()).toEqual(FOUND);
	internet.point("plc.honest", "2e00::dead");
	expect(await signIn()).toEqual(DOUBT);
});
