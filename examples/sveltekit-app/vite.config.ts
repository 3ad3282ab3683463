import adapter from "@sveltejs/adapter-node";
import { sveltekit } from "@sveltejs/kit/vite";
import { defineConfig, loadEnv } from "vite";

export default defineConfig(({ mode }) => {
	// auth.ts and statuses.ts read process.env, in development as in production.
	const env = Object.assign(process.env, loadEnv(mode, process.cwd(), ""));
	return {
		plugins: [
			sveltekit({
				adapter: adapter(),
				// SvelteKit compares with an address known when it is built; hooks.server.ts with the real one.
				csrf: { trustedOrigins: ["*"] },
			}),
		],
		// One copy of it: vite-plugin-svelte would bundle it, and core imports the one in node_modules.
		ssr: { external: ["better-auth"] },
		server: {
			port: Number(env.PORT || 3001),
			strictPort: true,
			allowedHosts: env.BETTER_AUTH_URL ? [new URL(env.BETTER_AUTH_URL).hostname] : [],
		},
	};
});
