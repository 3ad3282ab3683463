import { generateKeyPairSync } from "node:crypto";
import { approve } from "@better-auth-bsky/devnet";
import { workerd } from "@better-auth-bsky/runtimes/runtimes";
import { HttpBrowser, sendTo } from "@better-auth-bsky/tools/http-browser";
import { expectOk } from "./browser.ts";
import { interleave } from "./interleave.ts";
import type { Addresses, Person } from "./network.ts";

export type WorkerTimes = Record<"shared" | "per-request", number>;

/**
 * `/bsky/session` of a worker with D1, as a page asks for it over HTTP: where there is one instance of
 * better-auth for all requests, and where each request makes its own.
 */
export async function timeWorkers(
	addresses: Addresses,
	person: Person,
	rounds: number,
	warmUp: number,
): Promise<WorkerTimes> {
	await using shared = await startWorker("shared", addresses, person);
	await using perRequest = await startWorker("per-request", addresses, person);
	const side = ({ browser }: Worker) => ({
		prepare: async () => async () => expectOk(await browser.get("/bsky/session")),
	});
	return await interleave(rounds, warmUp, {
		shared: side(shared),
		"per-request": side(perRequest),
	});
}

type Worker = Awaited<ReturnType<typeof startWorker>>;

async function startWorker(
	INSTANCE: keyof WorkerTimes,
	{ handleResolver, plcDirectoryUrl }: Addresses,
	person: Person,
) {
	const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
	const app = await workerd({ INSTANCE })((port) => ({
		localUrl: `http://localhost:${port}`,
		hostedUrl: "https://not-asked-for.dev",
		privateKey: privateKey.export({ type: "sec1", format: "pem" }).toString(),
		plcUrl: plcDirectoryUrl,
		handleResolverUrl: handleResolver,
		profileCacheMaxAge: 3600,
	}));
	const browser = new HttpBrowser(
		`http://localhost:${app.port}`,
		sendTo(`http://127.0.0.1:${app.port}`),
	);
	await expectOk(await browser.fetch("/test/migrate", { method: "POST" }));
	await browser.arrive(await approve(await browser.begin(person.handle), { account: person }));
	return { browser, [Symbol.asyncDispose]: () => app.stop() };
}
