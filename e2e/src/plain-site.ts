import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Network } from "@better-auth-bsky/devnet";
import { ROOT } from "@better-auth-bsky/tools/workspace";

/** A site of plain HTML: its pages, and beside them the two files that `npm install` brings. */
export async function plainSite({ pdses }: Network): Promise<Record<string, string>> {
	const published = (name: string) => readFile(join(ROOT, "packages/elements/dist", name), "utf8");
	const [first, second] = pdses;
	// Without it they would ask Bluesky's.
	const server = `default-server="${first?.url}"`;
	const whoIsHere = `<bluesky-user ${server} sign-in></bluesky-user>
		<bluesky-accounts ${server}></bluesky-accounts>`;
	return {
		"/bluesky.js": await published("bluesky.js"),
		"/styles.css": await published("styles.css"),
		"/": page(
			"Sign in",
			`<bluesky-sign-in callback-url="/me" ${server} sign-up="${second?.url}"
				remember></bluesky-sign-in>`,
		),
		"/me": page("You", whoIsHere),
		// What a script puts into a page later: a router, or HTMX.
		"/later": page("Later", `<template>${whoIsHere}</template>`),
	};
}

const page = (title: string, body: string) => `<!doctype html>
	<html lang="en">
		<head>
			<title>${title}</title>
			<meta name="viewport" content="width=device-width">
			<link rel="icon" href="data:,">
			<link rel="stylesheet" href="/styles.css">
			<script type="module" src="/bluesky.js"></script>
		</head>
		<body><h1>${title}</h1>${body}</body>
	</html>`;
