import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "./manifest.ts";

export const FRAMEWORKS = {
	expo: "Expo",
	next: "Next.js (app router)",
	"next-pages": "Next.js (pages router)",
	sveltekit: "SvelteKit",
	nuxt: "Nuxt",
	"tanstack-start": "TanStack Start",
	astro: "Astro",
	"react-router": "React Router",
	vite: "Vite",
	server: "a server",
} as const;

export type Framework = keyof typeof FRAMEWORKS;

/** Whose components a page of the app can have. */
export type Components = "react" | "svelte" | "vue" | "elements";

/** By what package.json asks for: of two the one that brings the other. */
export function frameworkOf(root: string, { dependencies }: Manifest): Framework {
	const has = (name: string) => name in dependencies;
	// Pages for the web of the same app are made by it, too.
	if (has("expo")) return "expo";
	if (has("next")) {
		const isThere = (name: string) =>
			[name, `src/${name}`].some((folder) => existsSync(join(root, folder)));
		return isThere("pages") && !isThere("app") ? "next-pages" : "next";
	}
	if (has("@sveltejs/kit")) return "sveltekit";
	if (has("nuxt")) return "nuxt";
	if (has("@tanstack/react-start")) return "tanstack-start";
	if (has("astro")) return "astro";
	if (has("@react-router/dev")) return "react-router";
	const isServer = SERVERS.some(has);
	return has("vite") && !isServer ? "vite" : "server";
}

/** What servers are made with. */
export const SERVERS = ["hono", "express", "fastify", "elysia", "koa", "h3"];

export function componentsOf(framework: Framework, { dependencies }: Manifest): Components {
	// Its pages are its own; components of a framework in them are the choice of whoever writes them.
	if (framework === "astro") return "elements";
	if ("react" in dependencies) return "react";
	if ("svelte" in dependencies) return "svelte";
	if ("vue" in dependencies || "nuxt" in dependencies) return "vue";
	return "elements";
}

const PORTS: Partial<Record<Framework, number>> = {
	sveltekit: 5173,
	"react-router": 5173,
	vite: 5173,
	astro: 4321,
	expo: 8081,
};

/**
 * Where its development server listens: by its script, its own file, or as is usual for it.
 *
 * @param files the sources of the app
 */
export function developmentUrl(
	framework: Framework,
	{ scripts }: Manifest,
	files: ReadonlyMap<string, string>,
): string {
	const script = scripts.dev ?? scripts.start ?? "";
	// Of a front end beside a server, it isn't the server's.
	const isOfAnother = framework === "server" && /\bvite\b/.test(script);
	const own = [...files].find(([path]) => /^(?:vite|nuxt|astro)\.config\.[mc]?[jt]s$/.test(path));
	const [, port] =
		(isOfAnother ? null : /(?:--port|\s-p)[ =]?(\d+)|\bPORT=(\d+)/.exec(script)?.filter(Boolean)) ??
		/\b(?:server|devServer):\s*\{[^}]*?\bport:\s*(\d+)/.exec(own?.[1] ?? "") ??
		[];
	const ofVite = framework !== "server" && /\bvite\b/.test(script) ? 5173 : 3000;
	const usual = /\bwrangler\b.*\bdev\b/.test(script) ? 8787 : (PORTS[framework] ?? ofVite);
	return `http://localhost:${port ?? usual}`;
}
