import type { HttpBrowser } from "@better-auth-bsky/tools/http-browser";

/** Comes back from the authorization server, and must end up signed in. */
export async function arrive(browser: HttpBrowser, callback: URL): Promise<void> {
	const { href } = await browser.arrive(callback);
	if (href !== `${browser.origin}/me`) throw new Error(`callback: ${href}`);
}

/** The body of an answer that must be a good one. */
export async function expectOk(response: Response): Promise<Record<string, unknown>> {
	const text = await response.text();
	if (!response.ok) throw new Error(`${response.status} ${text}`);
	return JSON.parse(text) as Record<string, unknown>;
}
