import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NameServer, type Said } from "../../test/name-server.ts";
import { textRecords } from "./text-records.ts";

const NAME = "_atproto.alice.example.com";
const NEVER = new AbortController().signal;

describe("by the name servers of the machine", () => {
	let names: NameServer;
	beforeEach(async () => {
		names = await NameServer.open();
	});
	afterEach(() => names[Symbol.asyncDispose]());

	const ask = (said: Said, signal = NEVER, name = NAME) => {
		names.says.set(NAME, said);
		return textRecords(name, signal, { url: "", fetch: () => Promise.reject(new Error("asked")) });
	};

	test("records, put together from their parts", async () => {
		expect(await ask([["did=did:plc:", "abc"], ["v=spf1 -all"], [""]])).toEqual([
			"did=did:plc:abc",
			"v=spf1 -all",
			"",
		]);
	});

	test.each(["NXDOMAIN", []] as const)("no such name, or no record of it: %j", async (said) => {
		expect(await ask(said as Said)).toEqual([]);
	});

	test.each(["SERVFAIL", "REFUSED"] as const)("%s is no answer", async (said) => {
		await expect(ask(said)).rejects.toThrow();
	});

	test("a name that is too long to be asked for has none", async () => {
		const name = `_atproto.${"a.".repeat(120)}example.com`;
		expect(await ask([["did=x"]], NEVER, name)).toEqual([]);
		expect(names.asked).toEqual([]);
	});

	test("silence ends with the signal, and nobody is asked any more", async () => {
		const controller = new AbortController();
		const asked = ask("silence", controller.signal);
		await vi.waitUntil(() => names.asked.length > 0);
		controller.abort(new Error("that's enough"));
		await expect(asked).rejects.toThrow("that's enough");
	});
});

describe("where the runtime has none, by https", () => {
	const answers: { status?: number; body: string }[] = [];
	const asked: string[] = [];
	const server = createServer((request, response) => {
		asked.push(`${request.url} ${request.headers.accept}`);
		const { status = 200, body } = answers.shift() ?? { body: "" };
		response.writeHead(status, { "content-type": "application/dns-json" });
		response.end(body);
	});
	afterAll(() => void server.close());
	beforeEach(() => {
		vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
	});
	afterEach(() => vi.restoreAllMocks());

	async function ask(body: unknown, status = 200) {
		if (!server.listening)
			await new Promise<void>((listen) => server.listen(0, "127.0.0.1", listen));
		answers.push({ status, body: typeof body === "string" ? body : JSON.stringify(body) });
		const { port } = server.address() as AddressInfo;
		return textRecords(NAME, NEVER, { url: `http://127.0.0.1:${port}/dns-query`, fetch });
	}

	const answer = (...data: string[]) => ({
		Status: 0,
		Answer: [
			{ name: NAME, type: 5, TTL: 60, data: "elsewhere.example.com." },
			...data.map((each) => ({ name: NAME, type: 16, TTL: 60, data: each })),
		],
	});

	test("records, with quotes as Cloudflare has them or without", async () => {
		const records = ['"did=did:plc:" "abc"', '"say \\"hi\\""', "did=did:plc:abc"];
		const texts = ["did=did:plc:abc", 'say "hi"', "did=did:plc:abc"];
		expect(await ask(answer(...records))).toEqual(texts);
		expect(asked).toEqual([`/dns-query?name=${NAME}&type=TXT application/dns-json`]);
	});

	test("none: no such name, or no record of it", async () => {
		for (const body of [{ Status: 3 }, { Status: 0 }, { Status: 0, Answer: [] }, answer()]) {
			expect(await ask(body)).toEqual([]);
		}
	});

	test("what is no answer about the name says nothing of it", async () => {
		for (const Status of [1, 2, 5]) await expect(ask({ Status })).rejects.toThrow(`says ${Status}`);
		for (const body of [{}, [], "null", "<html>"]) await expect(ask(body)).rejects.toThrow();
		for (const status of [400, 429, 503]) await expect(ask(answer(), status)).rejects.toThrow();
	});
});
