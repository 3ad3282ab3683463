import { expect, test } from "vitest";
import { siteOf } from "./site.ts";

test.each([
	["https://bsky.social", "bsky.social"],
	["https://pds.alice.example", "alice.example"],
	["https://a.b.c.alice.example:8443/path", "alice.example"],
	["https://PDS.Alice.Example.", "alice.example"],
	["https://evil.co.uk", "evil.co.uk"],
	["https://a.evil.co.uk", "evil.co.uk"],
	["https://a.evil.com.br", "evil.com.br"],
	["https://a.alice.de", "alice.de"],
	["https://a.b.t.co", "b.t.co"],
	["https://intranet", "intranet"],
	["https://198.51.100.7:1234", "198.51.100.7"],
	["https://[2001:db8::1]:1234", "[2001:db8::1]"],
	["http://localhost:2583", "localhost:2583"],
	["http://127.0.0.1:2583", "127.0.0.1:2583"],
	["http://[::1]:2583", "[::1]:2583"],
])("%s is of %s", (address, site) => {
	expect(siteOf(address)).toBe(site);
});
