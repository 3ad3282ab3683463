import { describe, expect, test } from "vitest";
import { isPublicAddress, isPublicHost } from "./addresses.ts";

const PUBLIC = [
	"1.1.1.1",
	"8.8.8.8",
	"9.255.255.255",
	"11.0.0.0",
	"100.63.255.255",
	"100.128.0.0",
	"126.255.255.255",
	"128.0.0.0",
	"172.15.255.255",
	"172.32.0.0",
	"192.0.1.0",
	"198.17.255.255",
	"198.20.0.0",
	"223.255.255.255",
	"2001:200::1",
	"2001:4860:4860::8888",
	"2606:4700::1111",
	"2a00:1450:4001::5e",
];

const PRIVATE = [
	"0.0.0.0",
	"0.255.255.255",
	"10.0.0.1",
	"10.255.255.255",
	"100.64.0.0",
	"100.127.255.255",
	"127.0.0.1",
	"127.255.255.255",
	"169.254.169.254",
	"172.16.0.0",
	"172.31.255.255",
	"192.0.0.8",
	"192.0.2.1",
	"192.88.99.1",
	"192.168.1.1",
	"198.18.0.1",
	"198.19.255.255",
	"198.51.100.1",
	"203.0.113.1",
	"224.0.0.1",
	"239.255.255.250",
	"240.0.0.1",
	"255.255.255.255",
	"::",
	"::1",
	"0:0:0:0:0:0:0:1",
	"::127.0.0.1", // compatible
	"::ffff:127.0.0.1", // mapped
	"::ffff:8.8.8.8",
	"::ffff:0:127.0.0.1", // translated
	"64:ff9b::7f00:1", // NAT64
	"64:ff9b::808:808",
	"64:ff9b:1::1",
	"100::1", // discarded
	"2001::1", // Teredo
	"2001:2::1", // benchmarks
	"2001:10::1", // ORCHID
	"2001:20::1",
	"2001:db8::1",
	"2002:7f00:1::", // 6to4
	"3fff::1",
	"4000::1",
	"5f00::1",
	"fc00::1",
	"fd00:ec2::254",
	"fe80::1",
	"fe80::1%eth0",
	"fec0::1",
	"ff02::1",
	// No addresses at all.
	"",
	"localhost",
	"1.2.3",
	"1.2.3.4.5",
	"1.2.3.256",
	"2606:4700",
	"2606:4700::1111::1",
];

test.each(PUBLIC)("%s is public", (address) => {
	expect(isPublicAddress(address)).toBe(true);
});
test.each(PRIVATE)("%s is not", (address) => {
	expect(isPublicAddress(address)).toBe(false);
});

describe("the host of a URL", () => {
	const host = (text: string) => isPublicHost(new URL(`https://${text}`).hostname);

	test("counts as the address that it is, however that is written", () => {
		const loopback = [
			"127.1",
			"2130706433",
			"0x7f000001",
			"0177.0.0.1",
			"127.0.0.1.",
			"%31%32%37.1",
		];
		for (const text of [...loopback, "[::1]", "[::ffff:7f00:1]", "[::ffff:127.0.0.1]", "0"]) {
			expect([text, host(text)]).toEqual([text, false]);
		}
		for (const text of ["1.1", "134744072", "0x08080808", "[2606:4700:0:0::1111]"]) {
			expect([text, host(text)]).toEqual([text, true]);
		}
	});

	test("is of no local network by its name", () => {
		const local = [
			"localhost",
			"LOCALHOST.",
			"a.localhost",
			"printer.local",
			"intranet",
			"intranet.",
		];
		for (const text of [...local, "metadata.google.internal", "a.test", "a.invalid", "a.example"]) {
			expect([text, host(text)]).toEqual([text, false]);
		}
		for (const text of ["bsky.social", "bsky.social.", "test.com", "localhost.com", "müller.de"]) {
			expect([text, host(text)]).toEqual([text, true]);
		}
	});
});
