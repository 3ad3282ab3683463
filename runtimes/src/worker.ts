import { Pool } from "pg";
import { type App, createApp, type Database } from "./app.ts";

/** The bindings: D1, or the URL of a PostgreSQL. */
interface Env {
	SETTINGS: string;
	/** Whether there is one app for all requests, or one for each. */
	INSTANCE: "shared" | "per-request";
	DB?: Database;
	POSTGRES_URL?: string;
}

let shared: App | undefined;

/** Connections belong to the request that opened them. */
const open = (env: Env): App =>
	createApp(
		JSON.parse(env.SETTINGS),
		env.DB ?? new Pool({ connectionString: env.POSTGRES_URL, max: 5 }),
	);

export default {
	async fetch(request: Request, env: Env): Promise<Response> {
		if (env.INSTANCE === "shared") shared ??= open(env);
		const app = shared ?? open(env);
		// Answered before its work is done, as if whoever asked had gone: its context ends, and the work with it.
		const patience = Number(request.headers.get("x-patience"));
		if (!patience) return app.fetch(request);
		return Promise.race([app.fetch(request), gone(patience)]);
	},
};

const gone = (ms: number) =>
	new Promise<Response>((resolve) =>
		setTimeout(() => resolve(new Response(null, { status: 499 })), ms),
	);
