import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "@better-auth-bsky/tools/free-port";
import { environment, run } from "@better-auth-bsky/tools/run";
import { startServer } from "@better-auth-bsky/tools/server-process";

const VERDACCIO = {
	private: true,
	dependencies: { verdaccio: "6.10.4" },
	// Its plugin for `npm audit` asks for a tag of it, which mirrors of the registry may lack.
	overrides: { "node-fetch": "2.7.0" },
};

export interface Registry {
	url: string;
	/** An `.npmrc` with which npm asks it for the scope, and may publish there. */
	npmrc: string;
	stop(): Promise<void>;
}

/** A registry on loopback, empty, for one scope: all else npm gets where it always does. */
export async function startRegistry(folder: string, scope: string): Promise<Registry> {
	const root = join(folder, "registry");
	await mkdir(root);
	const config = {
		storage: "./storage",
		uplinks: {},
		packages: { [`${scope}/*`]: { access: "$all", publish: "$authenticated" } },
		auth: { htpasswd: { file: "./htpasswd" } },
		web: { enable: false },
		log: { type: "stdout", format: "pretty", level: "warn" },
	};
	await writeFile(join(root, "config.yaml"), JSON.stringify(config));
	await writeFile(join(root, "package.json"), JSON.stringify(VERDACCIO));
	const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];
	await run("npm", ["install", ...quiet], root);
	const url = `http://127.0.0.1:${await freePort()}/`;
	const command = ["verdaccio", "--config", "config.yaml", "--listen", url];
	const server = startServer(command, root, environment(root));
	await server.answers(`${url}-/ping`);
	const token = await signUp(url);
	return {
		url,
		npmrc: `${scope}:registry=${url}\n${url.replace("http:", "")}:_authToken=${token}\n`,
		stop: server.stop,
	};
}

/** As `npm adduser` does. */
async function signUp(url: string): Promise<string> {
	const name = "release";
	const response = await fetch(`${url}-/user/org.couchdb.user:${name}`, {
		method: "PUT",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ name, password: crypto.randomUUID() }),
	});
	const { token } = await response.json();
	if (!token) throw new Error(`The registry gives no token: ${response.status}`);
	return token;
}
