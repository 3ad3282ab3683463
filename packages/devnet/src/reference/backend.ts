import { LOOPBACK, reserve } from "../servers/listen.ts";
import type { Undo } from "../servers/undo.ts";
import { assertPostgres, newSchema, type Pool, type Reference } from "./database.ts";

/** What the mute and notification service and the AppView know each other by. */
export const API_KEY = "devnet";

type Database = InstanceType<Reference["bsky"]["Database"]>;

/** Makes a schema in PostgreSQL and brings it up to date. */
export async function openDatabase(
	{ bsky }: Reference,
	url: string,
	undo: Undo,
): Promise<{ db: Database; schema: string }> {
	const schema = newSchema();
	const db = new bsky.Database({ url, schema, poolSize: 10 });
	undo.add(() => db.close());
	await assertPostgres(db.pool, url);
	undo.add(() => dropSchema(db.pool, schema));
	await db.migrateToLatestOrThrow();
	return { db, schema };
}

/** Starts bsync, the mute and notification service, on a schema beside `schema`. Gives its port. */
export async function startBsync(
	{ bsync }: Reference,
	{ url, db, schema }: { url: string; db: Database; schema: string },
	undo: Undo,
): Promise<number> {
	const port = await reserve("bsync");
	const service = await bsync.BsyncService.create(
		bsync.envToCfg({
			port: onLoopback(port),
			apiKeys: [API_KEY],
			dbUrl: url,
			dbSchema: `${schema}_sync`,
			dbPoolSize: 5,
		}),
	);
	undo.add(() => dropSchema(db.pool, `${schema}_sync`));
	undo.add(() => service.destroy());
	await service.ctx.db.migrateToLatestOrThrow();
	await service.start();
	return port;
}

/** Starts the data plane, which reads the index for the AppView and resolves identities for it. */
export async function startDataPlane(
	{ bsky }: Reference,
	{ db, plcUrl }: { db: Database; plcUrl: string },
	undo: Undo,
) {
	const port = await reserve("the data plane");
	const { fetch } = globalThis;
	const server = await bsky.DataPlaneServer.create(db, onLoopback(port), plcUrl, fetch);
	undo.add(() => server.destroy());
	return { planePort: port, idResolver: server.idResolver };
}

/** These servers hand what they call a port to `listen`, which takes an address, too. */
const onLoopback = (port: number) => ({ host: LOOPBACK, port }) as unknown as number;

const dropSchema = (pool: Pool, schema: string) =>
	pool.query(`drop schema if exists "${schema}" cascade`);
