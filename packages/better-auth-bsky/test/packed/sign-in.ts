import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { type Account, approve, type Network } from "@better-auth-bsky/devnet";
import { HttpBrowser, sendTo } from "@better-auth-bsky/tools/http-browser";
import { run } from "@better-auth-bsky/tools/run";

/** The handle in the README. Here its server is one of the network. */
const HANDLE = "thepope.dev";

interface Page {
	href: string;
	answers: Record<string, unknown>[];
	cookies: string[];
}

/**
 * Signs somebody in to the app of a project, with the README's code at both ends, and lets the
 * server act for them.
 *
 * @param node the Node that the app runs on
 */
export async function signIn(root: string, network: Network, account: Account, node: string) {
	const app = startApp(root, network, account, node);
	try {
		const { port } = await app.next();
		const page = async (file: string, cookie = ""): Promise<Page> => {
			const env = { APP_PORT: String(port), COOKIE: cookie };
			const args = ["--import", "./browser.mjs", `out/${file}`];
			return JSON.parse(await run(process.execPath, args, root, env));
		};
		const { href, cookies } = await page("sign-in.js");
		const browser = new HttpBrowser("http://localhost:3000", sendTo(`http://127.0.0.1:${port}`));
		for (const line of cookies) browser.keepCookie(line);
		const arrived = await browser.arrive(await approve(href, { account }));
		const { cookie } = browser;
		app.process.send({ cookie });
		return {
			arrived: arrived.href,
			user: await browser.user(),
			session: (await page("client-session.js", cookie)).answers[0],
			restored: (await page("client-restore.js", cookie)).answers[0],
			agent: await app.next(),
		};
	} finally {
		await app.close();
	}
}

function startApp(root: string, network: Network, account: Account, node: string) {
	const { NODE_OPTIONS, VITEST, NODE_ENV, ...env } = process.env;
	const child: ChildProcess = spawn(node, ["--import", "./local-network.mjs", "app.mjs"], {
		cwd: root,
		env: {
			...env,
			PLC_URL: network.plcUrl,
			DID: account.did,
			HANDLE,
			LOCAL_HANDLE: account.handle,
		},
		stdio: ["ignore", "pipe", "pipe", "ipc"],
	});
	let told = "";
	child.stdout?.on("data", (chunk) => (told += chunk));
	child.stderr?.on("data", (chunk) => (told += chunk));
	const exited = once(child, "exit");
	return {
		process: child,
		/** The next thing that the app says. */
		async next(): Promise<Record<string, unknown>> {
			const died = exited.then(([code]) => {
				throw new Error(`The app ended with ${code}:\n${told}`);
			});
			const [message] = await Promise.race([once(child, "message"), died]);
			return message;
		},
		async close() {
			child.kill();
			await exited;
		},
	};
}

/** What the production configuration of the README publishes. */
export async function production(root: string): Promise<Record<string, Record<string, unknown>>> {
	const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
	const BSKY_PRIVATE_KEY = privateKey.export({ type: "sec1", format: "pem" }).toString();
	return JSON.parse(await run(process.execPath, ["production.mjs"], root, { BSKY_PRIVATE_KEY }));
}
