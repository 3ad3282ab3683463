/** What SvelteKit makes for each route; `npm run packed` has the real ones. */
export type {
	Actions,
	RequestHandler,
	ServerLoad as LayoutServerLoad,
	ServerLoad as PageServerLoad,
} from "@sveltejs/kit";

// biome-ignore lint/suspicious/noExplicitAny: what the route's own `load` gives is known to its app alone.
export type PageProps = { data: any; form: any };
// biome-ignore lint/suspicious/noExplicitAny: as above.
export type LayoutProps = { data: any; children: import("svelte").Snippet };
