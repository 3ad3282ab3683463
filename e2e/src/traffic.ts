import type { ExampleApp } from "@better-auth-bsky/tools/examples";
import type { Page, Request } from "playwright-core";

/** What has gone to and fro between a browser and an app. */
export interface Traffic {
	/** How many requests to a path there have been. */
	count(path: string): number;
	/** Everything that a script of the page could read, or send, as one text for each request. */
	texts(): Promise<string[]>;
}

/** Listens to a page's traffic with its app from now on. */
export function listen(page: Page, app: ExampleApp): Traffic {
	const requests: Request[] = [];
	const texts: Promise<string>[] = [];
	page.on("request", (request) => {
		if (new URL(request.url()).origin === app.url) requests.push(request);
	});
	page.on("requestfinished", (request) => {
		if (requests.includes(request)) texts.push(textOf(request));
	});
	return {
		count: (path) => requests.filter((one) => new URL(one.url()).pathname === path).length,
		texts: () => Promise.all(texts),
	};
}

async function textOf(request: Request): Promise<string> {
	const response = await request.response();
	// What a redirect has for a body no page sees; a picture is one.
	const body = await response?.text().catch(() => "");
	return [
		`${request.method()} ${request.url()}`,
		JSON.stringify(await request.allHeaders()),
		request.resourceType() === "script" ? "" : (request.postData() ?? ""),
		JSON.stringify(await response?.allHeaders()),
		request.resourceType() === "script" ? "" : (body ?? ""),
	].join("\n");
}

/** What a page could read without asking anybody: what it shows and what the browser keeps for it. */
export const atHand = (page: Page): Promise<string> =>
	page.evaluate(() =>
		[
			document.documentElement.outerHTML,
			JSON.stringify({ ...localStorage }),
			JSON.stringify({ ...sessionStorage }),
			document.cookie,
		].join("\n"),
	);
