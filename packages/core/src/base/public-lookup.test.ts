import { createSocket } from "node:dgram";
import dns from "node:dns/promises";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { publicLookup } from "./public-lookup.ts";

const { Resolver } = dns;
afterEach(() => {
	dns.Resolver = Resolver;
});

type Found = string[] | Error;

/** Name servers that answer so. */
function answer(ipv4: Found, ipv6: Found) {
	const say = async (found: Found) => {
		if (found instanceof Error) throw found;
		return found;
	};
	dns.Resolver = class extends Resolver {
		override resolve4 = (() => say(ipv4)) as unknown as typeof Resolver.prototype.resolve4;
		override resolve6 = (() => say(ipv6)) as unknown as typeof Resolver.prototype.resolve6;
	};
}

const lookup = (all: boolean) =>
	new Promise<unknown>((resolve, reject) => {
		publicLookup("a.example.com", { all }, (error, address, family) => {
			if (error) reject(error);
			else resolve(all ? address : [address, family]);
		});
	});

const nothing = Object.assign(new Error("queryA ENOTFOUND"), { code: "ENOTFOUND" });
const broken = Object.assign(new Error("queryAaaa ESERVFAIL"), { code: "ESERVFAIL" });
const SIX = "2606:4700::1111";

test("gives the addresses of both families, IPv4 first", async () => {
	const [four, six] = [
		{ address: "1.1.1.1", family: 4 },
		{ address: SIX, family: 6 },
	];
	answer(["1.1.1.1"], [SIX]);
	expect(await lookup(true)).toEqual([four, six]);
	expect(await lookup(false)).toEqual(["1.1.1.1", 4]);
	answer(nothing, [SIX]);
	expect(await lookup(true)).toEqual([six]);
	expect(await lookup(false)).toEqual([SIX, 6]);
	answer(["1.1.1.1"], nothing);
	expect(await lookup(true)).toEqual([four]);
});

test("says what the name servers say", async () => {
	answer(nothing, nothing);
	await expect(lookup(true)).rejects.toBe(nothing);
	// There may be an address of the family that they didn't tell.
	answer(nothing, broken);
	await expect(lookup(true)).rejects.toBe(broken);
	answer(broken, nothing);
	await expect(lookup(true)).rejects.toBe(broken);
	answer([], []);
	await expect(lookup(false)).rejects.toThrow();
});

test("one address that is not public spoils the name", async () => {
	const PUBLIC = ["1.1.1.1", "8.8.8.8"];
	for (const inside of ["127.0.0.1", "10.0.0.1", "169.254.169.254", "0.0.0.0"]) {
		for (const ipv4 of [[inside], [...PUBLIC, inside], [inside, ...PUBLIC]]) {
			answer(ipv4, [SIX]);
			for (const all of [true, false]) await expect(lookup(all)).rejects.toThrow("not public");
		}
	}
	for (const inside of ["::1", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"]) {
		answer(PUBLIC, [inside]);
		await expect(lookup(true)).rejects.toThrow("not public");
	}
});

test("of thousands of addresses a few are tried", async () => {
	answer(
		Array.from({ length: 4000 }, () => "1.1.1.1"),
		nothing,
	);
	expect(await lookup(true)).toHaveLength(4);
});

test("name servers that stay silent are given up, asked no more, and hold up nobody", async () => {
	let asked = 0;
	const servers = Array.from({ length: 3 }, () =>
		createSocket("udp4", () => {
			asked++;
		}),
	);
	await Promise.all(servers.map((server) => once(server.bind(0, "127.0.0.1"), "listening")));
	dns.Resolver = class extends Resolver {
		constructor(options?: ConstructorParameters<typeof Resolver>[0]) {
			super(options);
			this.setServers(servers.map((server) => `127.0.0.1:${server.address().port}`));
		}
	};
	const start = performance.now();
	const lookups = Array.from({ length: 20 }, () => expect(lookup(true)).rejects.toThrow("queryA"));
	for (let i = 0; i < 20; i++) {
		const before = performance.now();
		await dns.lookup("localhost");
		expect(performance.now() - before).toBeLessThan(500);
		await sleep(50);
	}
	await Promise.all(lookups);
	expect(performance.now() - start).toBeLessThan(6500);
	const before = asked;
	expect(before).toBeGreaterThan(0);
	await sleep(2000);
	expect(asked).toBe(before);
	for (const server of servers) server.close();
}, 20_000);
