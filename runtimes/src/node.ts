import { createServer } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { toNodeHandler } from "better-auth/node";
import { createApp } from "./app.ts";

const { PORT, SETTINGS = "" } = process.env;
const app = createApp(JSON.parse(SETTINGS), new DatabaseSync(":memory:"));
createServer(toNodeHandler(app.fetch)).listen(Number(PORT), "127.0.0.1");
