import { once } from "node:events";
import { createServer } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { approve, startNetwork } from "@better-auth-bsky/devnet";
import { betterAuth } from "better-auth";
import { createAuthClient } from "better-auth/client";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import {
	atprotoAuth,
	bskyErrorCode,
	hasScope,
	missingScope,
	scope,
	scopes,
} from "better-auth-bsky";
import { atprotoAuthClient } from "better-auth-bsky/client";

/**
 * Somebody without an account signs up at a server, connects another account, asks for more with it, and
 * writes as each. It prints what it saw.
 */

const network = await startNetwork({ accounts: [], pdsCount: 2 });
const [first, second] = network.pdses;
const alice = await network.createAccount({ handle: "alice.test" });

const STATUS = "xyz.statusphere.status";
const POST = "app.bsky.feed.post";
const status = scope.repo(STATUS, ["create"]);
const post = scope.repo(POST, ["create"]);

// The app.

const server = createServer().listen(0, "127.0.0.1");
await once(server, "listening");
const origin = `http://localhost:${server.address().port}`;
const auth = betterAuth({
	baseURL: origin,
	secret: "a secret for a script, long enough to be one: 3fk2lsp0wx",
	database: new DatabaseSync(":memory:"),
	plugins: [
		atprotoAuth({
			clientMetadata: { scope: scopes(status, post) },
			signInScope: scopes(status),
			handleResolver: network.handleResolverUrl,
			plcDirectoryUrl: network.plcUrl,
		}),
	],
});
await (await getMigrations(auth.options)).runMigrations();
server.on("request", toNodeHandler(auth));

async function write(collection, text) {
	const agent = await auth.api.getBskyAgent({ headers: new Headers({ cookie: cookie() }) });
	const createdAt = new Date().toISOString();
	const content = collection === STATUS ? { status: text } : { text };
	const record = { $type: collection, ...content, createdAt };
	await agent.com.atproto.repo.createRecord({ repo: agent.did, collection, record });
}

// The browser: its cookies, and the way back from a server.

const jar = new Map();
const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
async function visit(url, init = {}) {
	const headers = new Headers(init.headers);
	headers.set("cookie", cookie());
	headers.set("origin", origin);
	const response = await fetch(url, { ...init, headers, redirect: "manual" });
	for (const line of response.headers.getSetCookie()) {
		const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
		if (value) jar.set(name, value);
		else jar.delete(name);
	}
	return response;
}
const authClient = createAuthClient({
	baseURL: origin,
	plugins: [atprotoAuthClient()],
	fetchOptions: { customFetchImpl: visit },
});

async function arrive({ data, error }, answer) {
	if (error) throw new Error(JSON.stringify(error));
	const response = await visit(await approve(data.url, answer));
	return new URL(response.headers.get("location"), origin).pathname;
}

// What they do.

const newcomer = { handle: "newcomer.pds2.test", password: "a long password" };
const { data: offer } = await authClient.bsky.server({ query: { url: second.url } });
const signedUp = await arrive(
	await authClient.signIn.bsky({
		handle: offer.url,
		prompt: "create",
		callbackURL: "/me",
		newUserCallbackURL: "/welcome",
		disableRedirect: true,
	}),
	{ account: newcomer, signUp: { email: "newcomer@example.com" } },
);
const newcomerDid = (await authClient.bsky.session()).data.did;

const connected = await arrive(
	await authClient.signIn.bsky({ handle: alice.handle, callbackURL: "/me", disableRedirect: true }),
	{ account: alice },
);

const refusal = await write(POST, "too early").catch((error) => error);
const lacks = { code: bskyErrorCode(refusal), scope: missingScope(refusal) };
const upgraded = await arrive(
	await authClient.bsky.upgrade({ scope: lacks.scope, callbackURL: "/me", disableRedirect: true }),
	{ account: alice },
);
const { data: session } = await authClient.bsky.session();

await write(POST, "as Alice");
await write(STATUS, "🐘");
await authClient.bsky.switch({ did: newcomerDid });
await write(STATUS, "🦋");
const { data: listed } = await authClient.bsky.accounts();

// What the servers have.

async function records(pds, repo) {
	const found = {};
	for (const collection of [STATUS, POST]) {
		const query = new URLSearchParams({ repo, collection });
		const answer = await fetch(`${pds.url}/xrpc/com.atproto.repo.listRecords?${query}`);
		const { records } = await answer.json();
		found[collection] = records.map(({ value }) => value.status ?? value.text);
	}
	return found;
}

console.log(
	JSON.stringify({
		ways: [signedUp, connected, upgraded],
		offer: { signUp: offer.signUp, userDomains: offer.userDomains },
		lacks,
		allowed: hasScope(session, post),
		accounts: listed.accounts.map(({ handle, primary, current, active }) => ({
			...{ handle, primary, current, active },
		})),
		newcomer: await records(second, newcomerDid),
		alice: await records(first, alice.did),
	}),
);
server.close();
server.closeAllConnections();
await network.close();
