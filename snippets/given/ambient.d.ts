/// <reference types="@sveltejs/kit" />
/// <reference types="vite/client" />

declare module "$env/dynamic/private" {
	export const env: Record<string, string | undefined>;
}

// What `wrangler types` makes.
declare module "cloudflare:workers" {
	// biome-ignore lint/suspicious/noExplicitAny: each app has bindings of its own.
	export const env: Record<string, any>;
}

// What isn't installed here, as far as pages name it. `npm run packed` checks the tutorials with the
// packages themselves.

declare module "@hono/node-server";
declare module "@react-router/dev/vite";
declare module "@tanstack/react-start";
declare module "@tanstack/react-start/plugin/vite";
declare module "@tanstack/react-start/server";
declare module "@vercel/functions";
declare module "@vitejs/plugin-react";
declare module "bun:sqlite";
declare module "expo-secure-store";
declare module "react-native";
declare module "react-router";

declare module "@angular/core" {
	export const Component: (options: object) => (target: unknown, context: unknown) => void;
	export const CUSTOM_ELEMENTS_SCHEMA: unknown;
}

declare module "@react-router/dev/routes" {
	export type RouteConfig = object[];
	export const index: (file: string) => object;
	export const route: (path: string, file: string) => object;
}

declare module "@tanstack/react-router" {
	type Handler = (context: { request: Request }) => Response | Promise<Response>;
	interface RouteOptions {
		server?: { handlers: Record<string, Handler> };
		loader?: () => unknown;
		component?: () => import("react").ReactNode;
		head?: () => object;
	}
	interface Route {
		// biome-ignore lint/suspicious/noExplicitAny: it is inferred from the tree of routes.
		useLoaderData(): any;
	}
	export interface Register {}
	export const createFileRoute: (path: string) => (options: RouteOptions) => Route;
	export const createRootRoute: (options: RouteOptions) => Route;
	export const createRouter: (options: { routeTree: unknown }) => object;
	export const HeadContent: () => import("react").ReactNode;
	export const Outlet: () => import("react").ReactNode;
	export const Scripts: () => import("react").ReactNode;
}

declare module "astro" {
	export type APIRoute = (context: {
		request: Request;
		redirect(path: string, status: 303): Response;
	}) => Response | Promise<Response>;
}

declare namespace Bun {
	type Handler = (request: Request) => Response | Promise<Response>;
	function escapeHTML(text: string): string;
	function serve(options: {
		port: number;
		routes: Record<string, Handler | { POST: Handler }>;
	}): unknown;
}
