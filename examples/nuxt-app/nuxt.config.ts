const BETTER_AUTH_URL = process.env.BETTER_AUTH_URL || "http://localhost:3002";

export default defineNuxtConfig({
	compatibilityDate: "2026-11-01",
	telemetry: false,
	devtools: { enabled: false },
	css: ["@better-auth-bsky/vue/styles.css", "~/app.css"],
	app: {
		head: {
			htmlAttrs: { lang: "en" },
			link: [{ rel: "icon", href: "/icon.svg", type: "image/svg+xml" }],
		},
	},
	devServer: { port: 3002 },
	// For pnpm: Nitro doesn't copy what has another name there (npm:undici@6 as undici_v6). It goes
	// into the bundle, with what leads to it, and finds Node's own modules as CommonJS does.
	nitro: {
		externals: { inline: ["@better-auth-bsky", "@atproto", "undici"] },
		commonJS: { esmExternals: false },
	},
	// In development, behind a proxy with a name of its own.
	vite: { server: { allowedHosts: [new URL(BETTER_AUTH_URL).hostname] } },
});
