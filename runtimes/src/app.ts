import { atprotoAuth } from "@better-auth-bsky/core";
import { type AuthContext, type BetterAuthOptions, betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { STATUS } from "../../packages/core/src/base/bounded-answer.ts";
import { limitedFetch } from "../../packages/core/src/base/fetch.ts";
import { builtin } from "../../packages/core/src/base/runtime.ts";
import { expireStored } from "../../packages/core/test/expire.ts";

/** What a runtime is told before it starts. */
export interface Settings {
	/** Where the app is on this machine: there it is a loopback client. */
	localUrl: string;
	/** Where it is published: there it is a confidential client. */
	hostedUrl: string;
	/** PEM. */
	privateKey: string;
	plcUrl: string;
	handleResolverUrl: string;
	/** The option of that name. */
	profileCacheMaxAge?: number;
}

export type Database = NonNullable<BetterAuthOptions["database"]>;

/** How the app is asked: one at the local URL, one at the published one. */
export interface App {
	fetch(request: Request): Promise<Response>;
}

/** The app that every runtime serves, in both client modes, told apart by the host that is asked. */
export function createApp(settings: Settings, database: Database): App {
	const { host } = new URL(settings.hostedUrl);
	const auths = new Map<string, Auth>();
	const authAt = (baseURL: string): Auth => {
		const auth = auths.get(baseURL) ?? createAuth(settings, database, baseURL);
		auths.set(baseURL, auth);
		return auth;
	};
	return {
		async fetch(request) {
			const action = new URL(request.url).pathname.split("/test/")[1];
			if (action === "ok") return new Response();
			const isHosted = request.headers.get("host") === host;
			const auth = authAt(isHosted ? settings.hostedUrl : settings.localUrl);
			try {
				return action ? await act(auth, action, request) : await auth.handler(request);
			} catch (error) {
				return Response.json({ error: String(error), stack: Object(error).stack }, { status: 500 });
			}
		},
	};
}

type Auth = ReturnType<typeof createAuth>;

function createAuth(settings: Settings, database: Database, baseURL: string) {
	const isHosted = baseURL === settings.hostedUrl;
	return betterAuth({
		baseURL,
		secret: "a-test-secret-that-is-long-enough-0123456789",
		database,
		rateLimit: { enabled: false },
		user: { deleteUser: { enabled: true } },
		plugins: [
			atprotoAuth({
				...(isHosted && { privateKey: settings.privateKey }),
				allowHttp: true,
				plcDirectoryUrl: settings.plcUrl,
				handleResolver: settings.handleResolverUrl,
				profileCacheMaxAge: settings.profileCacheMaxAge,
				typeahead: false,
				xrpc: { allow: ["com.atproto.server.getSession", "com.atproto.repo.*"] },
			}),
		],
	});
}

/** What only the test asks an app for. */
async function act(auth: Auth, action: string, { headers }: Request): Promise<Response> {
	switch (action) {
		case "migrate":
			await (await getMigrations(auth.options)).runMigrations();
			return Response.json({});
		case "agent": {
			const userId = headers.get("x-user-id");
			const agent = await auth.api.getBskyAgent(userId ? { userId } : { headers });
			const { data } = await agent.getProfile({ actor: agent.assertDid });
			const { uri } = await agent.post({ text: "Hello from here" });
			return Response.json({ did: data.did, uri });
		}
		case "guard":
			return Response.json({ refusal: await refusalOf(headers.get("x-url") ?? "") });
		case "expire":
			await expireStored(
				(await auth.$context) as unknown as AuthContext,
				headers.get("x-did") ?? "",
			);
			return Response.json({});
		case "rows": {
			const { adapter } = (await auth.$context) as unknown as AuthContext;
			return Response.json({
				rows: await adapter.findMany({ model: headers.get("x-model") ?? "" }),
			});
		}
	}
	return new Response(null, { status: 404 });
}

/** Why the `fetch` of an app in production doesn't call a URL whose name leads to this machine. */
async function refusalOf(url: string): Promise<string> {
	// Any name does, as far as the plugin can look names up here.
	const dns = builtin("node:dns/promises");
	const resolve4 = async () => ["127.0.0.1"];
	const resolve6 = async () => [];
	if (dns)
		Object.assign(dns, {
			Resolver: class {
				resolve4 = resolve4;
				resolve6 = resolve6;
				cancel() {}
			},
		});
	const fetch = limitedFetch({ allowHttp: false, limits: STATUS });
	try {
		return `answered ${(await fetch(url)).status}`;
	} catch (error) {
		const reasons: string[] = [];
		for (let each = error; each instanceof Error; each = each.cause) reasons.push(each.message);
		return reasons.join(": ");
	}
}
