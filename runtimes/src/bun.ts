import { createApp, type Database } from "./app.ts";

declare const Bun: {
	serve(options: {
		hostname: string;
		port: number;
		fetch(request: Request): Promise<Response>;
	}): unknown;
};

// By a name that TypeScript doesn't look for: Bun's types are no part of this workspace.
const SQLITE: string = "bun:sqlite";
const sqlite: { Database: new (path: string) => Database } = await import(SQLITE);

const { PORT, SETTINGS = "" } = process.env;
const app = createApp(JSON.parse(SETTINGS), new sqlite.Database(":memory:"));
Bun.serve({ hostname: "127.0.0.1", port: Number(PORT), fetch: app.fetch });
