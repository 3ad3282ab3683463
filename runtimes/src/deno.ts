import { DatabaseSync } from "node:sqlite";
import { createApp } from "./app.ts";

declare const Deno: {
	serve(
		options: { hostname: string; port: number },
		answer: (request: Request) => Promise<Response>,
	): unknown;
};

const { PORT, SETTINGS = "" } = process.env;
const app = createApp(JSON.parse(SETTINGS), new DatabaseSync(":memory:"));
Deno.serve({ hostname: "127.0.0.1", port: Number(PORT) }, app.fetch);
