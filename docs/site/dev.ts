import { join } from "node:path";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import { createServer } from "vitepress";

/** Shows the site, with each change at once, until this process ends. */
export async function dev(): Promise<void> {
	const server = await createServer(join(ROOT, "docs"));
	await server.listen();
	server.printUrls();
}
