import { approve } from "@better-auth-bsky/devnet";
import { startApp } from "./app.ts";
import { startBare } from "./bare.ts";
import { median } from "./interleave.ts";
import { startNetworkApart } from "./network.ts";
await using network = await startNetworkApart(2);
let ev: [string, number][] = [];
(globalThis as any).T = (n: string) => ev.push([n, performance.now()]);
const fetch2: typeof fetch = async (...a) => {
	const u = new URL(a[0] instanceof Request ? a[0].url : String(a[0]));
	const p = u.pathname.startsWith("/did") ? "plc" : u.pathname.split("/").slice(-1)[0];
	ev.push([`> ${p}`, performance.now()]);
	const r = await fetch(...a);
	ev.push([`< ${p}`, performance.now()]);
	return r;
};
using app = await startApp({ handleResolver: network.handleResolver, plcDirectoryUrl: network.plcDirectoryUrl, fetch: fetch2 }, (process.argv[2] ?? "memory") as never);
const bare = startBare(network, fetch2);
const rec: any = { ours: {}, bare: {} };
const [p1, p2] = network.people as any;
for (let i = 0; i < 70; i++) {
	for (const k of i % 2 ? ["ours", "bare"] : ["bare", "ours"]) {
		let run: () => Promise<unknown>;
		if (k === "ours") { const b = app.browser(); const c = await approve(await b.begin(p1.handle), { account: p1 }); run = () => b.arrive(c); }
		else { const c = await approve(await bare.begin(p2.handle), { account: p2 }); run = () => bare.arrive(c); }
		ev = [];
		const t0 = performance.now();
		await run();
		const end = performance.now();
		const mine = ev; 
		if (k === "ours") await app.settled();
		if (i < 20) continue;
		let last = t0;
		for (const [n, t] of [...mine.filter(([, t]) => t < end), ["end", end] as const]) { (rec[k][`${n}`] ??= []).push(t - last); last = t; }
		(rec[k].total ??= []).push(end - t0);
	}
}
for (const k of ["ours", "bare"]) console.log(k, Object.fromEntries(Object.entries(rec[k]).map(([n, xs]: any) => [n, `${median(xs).toFixed(2)} (${xs.length})`])));
process.exit(0);
