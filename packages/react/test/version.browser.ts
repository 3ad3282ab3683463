import { renderOnServer } from "@better-auth-bsky/conformance";
import { version } from "react";
import { expect, test } from "vitest";
import { server } from "vitest/browser";

/** Ids as React makes them on a server: `:R0:` until 19.1, `_R_0_` since. */
const ID = /id="(:R|_R_)/;

test("the page and its server have the React that this run is about", async () => {
	const [, wanted = "19"] = /^react-(\d+)/.exec(server.config.name ?? "") ?? [];
	expect(version.split(".")[0]).toBe(wanted);
	const [, style] = ID.exec(await renderOnServer("BlueskySignIn", {})) ?? [];
	expect(style).toBe(wanted === "18" ? ":R" : "_R_");
});
