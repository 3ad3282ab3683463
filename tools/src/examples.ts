import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { startServer } from "./server-process.ts";
import { ROOT } from "./workspace.ts";

/**
 * The example apps. Commands are run by Node in the folder of the app, which listens on `PORT` of
 * 127.0.0.1.
 */
export const EXAMPLES = {
	next: {
		framework: "Next.js",
		folder: "next-app",
		port: 3000,
		production: ["node_modules/next/dist/bin/next", "start", "-H", "127.0.0.1"],
		// By this name only does it let the page hear of changes; without, the page reloads itself.
		development: ["node_modules/next/dist/bin/next", "dev", "-H", "localhost"],
	},
	sveltekit: {
		framework: "SvelteKit",
		folder: "sveltekit-app",
		port: 3001,
		production: ["build/index.js"],
		development: ["node_modules/vite/bin/vite.js", "dev", "--host", "127.0.0.1"],
	},
	nuxt: {
		framework: "Nuxt",
		folder: "nuxt-app",
		port: 3002,
		production: [".output/server/index.mjs"],
		development: ["node_modules/nuxt/bin/nuxt.mjs", "dev", "--host", "127.0.0.1"],
	},
} as const;

export type ExampleName = keyof typeof EXAMPLES;
export type Mode = "production" | "development";

export const isExampleName = (name: string): name is ExampleName => Object.hasOwn(EXAMPLES, name);

export const EXAMPLE_NAMES = Object.keys(EXAMPLES).filter(isExampleName);

/** What an app has to know of the network that it lives on: a part of devnet's `Network`. */
export interface NetworkAddresses {
	readonly plcUrl: string;
	readonly handleResolverUrl: string;
	/** Undefined where there is none. */
	readonly appViewUrl: string | undefined;
	readonly jetstreamUrl: string;
	/** Where people have their accounts, and may create one. */
	readonly pdses: readonly { readonly url: string }[];
}

/** A running example app. */
export interface ExampleApp {
	readonly name: ExampleName;
	readonly mode: Mode;
	/** Its base URL, as the app itself knows it. */
	readonly url: string;
	readonly port: number;
	/** What it has printed so far. */
	output(): string;
	stop(): Promise<void>;
}

/** How an example app is started. */
export interface ExampleOptions {
	/** For production it must have been built. Default `production`. */
	mode?: Mode | undefined;
	/** Where it is, if not in this repository. */
	folder?: string | undefined;
	/** Default: a free one. */
	port?: number | undefined;
	/** What the app believes its address is. Default `http://localhost:<port>`. */
	url?: string | undefined;
	/** A path, or the URL of a PostgreSQL database. */
	database: string;
	network: NetworkAddresses;
	/** More environment variables. */
	env?: Record<string, string> | undefined;
}

/** Where an example app is in this repository. */
export const exampleFolder = (name: ExampleName): string =>
	join(ROOT, "examples", EXAMPLES[name].folder);

/** Starts an example app on loopback. */
export async function startExample(
	name: ExampleName,
	options: ExampleOptions,
): Promise<ExampleApp> {
	const { network, mode = "production", port = await freePort() } = options;
	const { url = `http://localhost:${port}`, folder = exampleFolder(name) } = options;
	const server = startServer([process.execPath, ...EXAMPLES[name][mode]], folder, {
		...process.env,
		NODE_ENV: mode,
		NEXT_TELEMETRY_DISABLED: "1",
		NUXT_TELEMETRY_DISABLED: "1",
		BETTER_AUTH_TELEMETRY: "0",
		HOST: "127.0.0.1",
		PORT: String(port),
		// As in the .env.example of SvelteKit's, which takes 512 kB where it isn't told.
		BODY_SIZE_LIMIT: "3M",
		BETTER_AUTH_URL: url,
		BETTER_AUTH_SECRET: randomBytes(32).toString("base64url"),
		DATABASE_URL: options.database,
		ATPROTO_PLC_URL: network.plcUrl,
		ATPROTO_HANDLE_RESOLVER: network.handleResolverUrl,
		ATPROTO_APPVIEW_URL: network.appViewUrl,
		JETSTREAM_URL: network.jetstreamUrl,
		ATPROTO_SERVERS: network.pdses.map(({ url }) => url).join(" "),
		...options.env,
	});
	try {
		await server.answers(`http://localhost:${port}/api/auth/ok`);
	} catch (error) {
		await server.stop();
		throw error;
	}
	return { name, mode, url, port, output: server.output, stop: server.stop };
}
