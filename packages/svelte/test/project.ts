import { browserProject } from "@better-auth-bsky/conformance/project";
import { svelte } from "@sveltejs/vite-plugin-svelte";

export const svelteProject = (tests?: string[]) =>
	browserProject({
		name: "svelte",
		tests,
		sharesLooks: true,
		plugins: () => [svelte({ compilerOptions: { hmr: false } })],
		include: ["better-auth/client", "better-auth/svelte"],
		server: "test/server.ts",
	});
