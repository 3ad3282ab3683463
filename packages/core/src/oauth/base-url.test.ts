import { expect, test } from "vitest";
import { resolveOptions } from "../options.ts";
import { keyAdvice } from "./base-url.ts";

test.each([
	[["shop.example", "localhost:3000"], {}, "shop.example"],
	[["*.vercel.app"], {}, "*.vercel.app"],
	[["localhost:3000", "127.0.0.1:*", "[::1]:3000"], {}, null],
	[["shop.example"], { publicClient: true }, null],
])("of several hosts %j with %j, the one that needs a key: %s", (allowedHosts, options, host) => {
	const advice = keyAdvice({ allowedHosts }, resolveOptions(options));
	if (host === null) expect(advice).toBeNull();
	else expect(advice).toContain(`"${host}"`);
});
