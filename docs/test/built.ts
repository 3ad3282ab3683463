import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** Where VitePress writes the site. */
export const DIST = fileURLToPath(new URL("../.vitepress/dist", import.meta.url));

/** The sub-path that the site is tried below. */
export const BASE = "/a/sub-path/";

/** The pages, as their paths below the base are: `guides/keys`, and `` for the first. */
export const pagesOf = (folder: string = DIST): string[] =>
	readdirSync(folder, { recursive: true, encoding: "utf8" })
		.map((file) => file.replaceAll("\\", "/"))
		.filter((file) => file.endsWith(".html") && file !== "404.html")
		.map((file) => file.replace(/(^|\/)index\.html$/, "$1").replace(/\.html$/, ""))
		.sort();

const TYPES: Record<string, string> = {
	".css": "text/css",
	".html": "text/html; charset=utf-8",
	".js": "text/javascript",
	".json": "application/json",
	".md": "text/markdown; charset=utf-8",
	".png": "image/png",
	".svg": "image/svg+xml",
	".txt": "text/plain; charset=utf-8",
	".woff2": "font/woff2",
};

/** A server as GitHub Pages is one: a file, or the page of that name; compressed. */
export async function serveBuilt() {
	const server = createServer((request, response) => {
		const { pathname } = new URL(request.url ?? "/", "http://localhost");
		const path = posix.normalize(decodeURIComponent(pathname));
		const file = path.startsWith(BASE) ? read(path.slice(BASE.length)) : undefined;
		if (!file) return void response.writeHead(404).end();
		const type = TYPES[extname(file.name)] ?? "application/octet-stream";
		response.writeHead(200, { "content-type": type, "content-encoding": "gzip" });
		response.end(gzipSync(file.content));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
}

function read(path: string): { name: string; content: Buffer } | undefined {
	for (const name of [path, `${path}.html`, posix.join(path, "index.html")]) {
		try {
			return { name, content: readFileSync(join(DIST, name)) };
		} catch {
			// The next one.
		}
	}
	return undefined;
}
