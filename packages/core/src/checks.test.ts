import { expect, test } from "vitest";
import { findings, requireClient } from "./checks.ts";
import { resolveOptions } from "./options.ts";

test.each([
	[["shop.example", "localhost:3000"], {}, "shop.example"],
	[["*.vercel.app"], {}, "*.vercel.app"],
	[["localhost:3000", "127.0.0.1:*", "[::1]:3000", "*.localhost:3000"], {}, null],
	[["shop.example"], { publicClient: true }, null],
])("of several hosts %j with %j, the one that needs a key: %s", (allowedHosts, options, host) => {
	const app = {
		options: resolveOptions(options),
		baseURL: null,
		auth: { baseURL: { allowedHosts } },
	};
	const advice = findings("start", app).find(({ id }) => id === "key-missing-at-host");
	if (host === null) expect(advice).toBeUndefined();
	else expect(advice?.text).toContain(`"${host}"`);
});

test.each([
	[["localhost:3000"], "127.0.0.1:3000"],
	[["shop.example", "http://localhost:*"], "127.0.0.1:*"],
	[["*.localhost"], "127.0.0.1"],
	[["localhost:3000", "127.0.0.1:3000"], null],
	[["localhost", "[::1]:*"], null],
	[["shop.example", "localhost.shop.example"], null],
])("of several hosts %j, the one to add for localhost: %s", (allowedHosts, host) => {
	const auth = { baseURL: { allowedHosts } };
	const advice = findings("start", { options: resolveOptions({}), baseURL: null, auth }).find(
		({ id }) => id === "loopback-address-missing",
	);
	if (host === null) expect(advice).toBeUndefined();
	else expect(advice?.text).toContain(`Add "${host}" to`);
});

test.each([
	["http://localhost:3000", {}, null],
	["http://shop.localhost:3000", {}, null],
	["https://localhost:3000", {}, "baseURL"],
	["https://localhost:3000", { clientOrigin: "https://myapp.com" }, null],
	["https://preview.internal", { clientOrigin: "https://myapp.com" }, null],
	["http://preview.dev", { clientOrigin: "https://myapp.com" }, "baseURL"],
	["https://preview.dev", { clientOrigin: "https://myapp" }, "clientOrigin"],
	[
		"https://preview.dev",
		{ clientOrigin: "https://myapp.com", clientMetadata: { clientUri: "https://myapp.com" } },
		null,
	],
	[
		"https://preview.dev",
		{ clientMetadata: { clientUri: "https://myapp.com" } },
		"clientMetadata.clientUri",
	],
])("an app at %s with %j: %s", (baseURL, options, wrong) => {
	const app = {
		options: resolveOptions({ publicClient: true, ...options }),
		baseURL: new URL(`${baseURL}/api/auth`),
		auth: {},
	};
	const check = () => requireClient(app);
	if (wrong) expect(check).toThrow(expect.objectContaining({ option: wrong }));
	else expect(check).not.toThrow();
});

test.each([
	["*.vercel.app", true],
	["my-app-*.vercel.app:443", true],
	["https://*.pages.dev", true],
	["*.ngrok-free.app", true],
	["*", true],
	["**", true],
	["*.com", true],
	["*.co.uk", true],
	["my-app.vercel.app", false],
	["*.my-app.vercel.app", false],
	["*.preview.dev", false],
	["*.preview.myapp.com", false],
	["preview-*.myapp.com", false],
	["*.myapp.co.uk", false],
	["localhost:*", false],
	["127.0.0.1:*", false],
	["*.localhost:3000", false],
])("of allowedHosts %s, whether it fits hosts of anybody: %s", (host, isAnybodys) => {
	const auth = { baseURL: { allowedHosts: ["shop.dev", host] } };
	const found = findings("start", { options: resolveOptions({}), baseURL: null, auth });
	const advice = found.find(({ id }) => id === "hosts-of-anybody");
	expect(advice !== undefined).toBe(isAnybodys);
	if (isAnybodys) expect(advice?.text).toContain(`"${host}"`);
});
