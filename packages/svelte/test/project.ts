import { browserProject } from "@better-auth-bsky/conformance/project";
import { svelte } from "@sveltejs/vite-plugin-svelte";

export const svelteProject = () =>
	browserProject({
		name: "svelte",
		plugins: () => [svelte({ compilerOptions: { hmr: false } })],
		include: ["better-auth/svelte", "better-auth/client"],
		server: "test/server.ts",
	});
