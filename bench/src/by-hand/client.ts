import { DatabaseSync } from "node:sqlite";
import {
	buildAtprotoLoopbackClientMetadata,
	JoseKey,
	NodeOAuthClient,
	type NodeSavedSession,
	type NodeSavedState,
} from "@atproto/oauth-client-node";

const {
	DATABASE = "app.db",
	PUBLIC_URL,
	PRIVATE_KEY,
	HANDLE_RESOLVER,
	PLC_DIRECTORY,
} = process.env;
const PORT = process.env.PORT ?? "3000";

export const SCOPE = "atproto transition:generic";

export const database = new DatabaseSync(DATABASE);
database.exec(`
	create table if not exists state (key text primary key, value text not null);
	create table if not exists oauth_session (key text primary key, value text not null);
	create table if not exists user (did text primary key, handle text not null, name text not null);
	create table if not exists session (id text primary key, did text not null, expires integer not null);
`);

const store = <Value>(table: "state" | "oauth_session") => ({
	async get(key: string): Promise<Value | undefined> {
		const row = database.prepare(`select value from ${table} where key = ?`).get(key);
		return row ? JSON.parse(String(row.value)) : undefined;
	},
	async set(key: string, value: Value): Promise<void> {
		database
			.prepare(`insert or replace into ${table} (key, value) values (?, ?)`)
			.run(key, JSON.stringify(value));
	},
	async del(key: string): Promise<void> {
		database.prepare(`delete from ${table} where key = ?`).run(key);
	},
});

export const client = new NodeOAuthClient({
	clientMetadata: PUBLIC_URL
		? {
				client_id: `${PUBLIC_URL}/oauth-client-metadata.json`,
				client_name: "My App",
				client_uri: PUBLIC_URL as `https://${string}`,
				jwks_uri: `${PUBLIC_URL as `https://${string}`}/jwks.json`,
				redirect_uris: [`${PUBLIC_URL as `https://${string}`}/callback`],
				scope: SCOPE,
				grant_types: ["authorization_code", "refresh_token"],
				response_types: ["code"],
				application_type: "web",
				token_endpoint_auth_method: "private_key_jwt",
				token_endpoint_auth_signing_alg: "ES256",
				dpop_bound_access_tokens: true,
			}
		: buildAtprotoLoopbackClientMetadata({
				scope: SCOPE,
				redirect_uris: [`http://127.0.0.1:${PORT}/callback`],
			}),
	keyset: PRIVATE_KEY ? [await JoseKey.fromImportable(PRIVATE_KEY, "key-1")] : undefined,
	stateStore: store<NodeSavedState>("state"),
	sessionStore: store<NodeSavedSession>("oauth_session"),
	handleResolver: HANDLE_RESOLVER,
	plcDirectoryUrl: PLC_DIRECTORY,
	allowHttp: PUBLIC_URL === undefined,
});
