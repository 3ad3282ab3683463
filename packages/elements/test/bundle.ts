import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { bundle as bundleAll } from "@better-auth-bsky/tools/bundle";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const external = ["better-auth", "better-auth/*"];

/** What a page downloads for this code, better-auth's own client apart. */
export const bundle = (contents: string) => bundleAll(contents, { root, external });

/** All elements. */
export const EVERYTHING = 'export * from "./src/index.ts";';

/** How much all that they do is as one file, with what is loaded later on: `dist/bluesky.js`. */
export async function sizeAsOne(): Promise<number> {
	const { outputFiles } = await build({
		entryPoints: [`${root}/src/index.ts`],
		conditions: ["@better-auth-bsky/source"],
		bundle: true,
		format: "esm",
		minify: true,
		target: "es2022",
		write: false,
	});
	return brotliCompressSync(outputFiles[0]?.contents ?? "").byteLength;
}
