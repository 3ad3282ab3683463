import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle as bundleAll } from "@better-auth-bsky/tools/bundle";
import { type Plugin, transform } from "esbuild";
import { compile, compileModule } from "svelte/compiler";

const root = fileURLToPath(new URL("..", import.meta.url));
const external = ["svelte", "svelte/*", "better-auth", "better-auth/*"];

/** What Svelte's Vite plugin does, without a server. */
const svelte: Plugin = {
	name: "svelte",
	setup({ onLoad }) {
		onLoad({ filter: /\.svelte$/ }, ({ path }) => ({
			contents: compile(readFileSync(path, "utf8"), { filename: path }).js.code,
		}));
		onLoad({ filter: /\.svelte\.ts$/ }, async ({ path }) => {
			const { code } = await transform(readFileSync(path, "utf8"), { loader: "ts" });
			return { contents: compileModule(code, { filename: path }).js.code };
		});
	},
};

/** What a page downloads for this code, Svelte and better-auth's own client apart. */
export const bundle = (contents: string) =>
	bundleAll(contents, { root, external, plugins: [svelte] });
