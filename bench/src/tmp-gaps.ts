import { startApp } from "./app.ts";
import { startBare } from "./bare.ts";
import { median } from "./interleave.ts";
import { startNetworkApart } from "./network.ts";
await using network = await startNetworkApart(340);
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
const sides: any = { ours: (h: string) => app.browser().begin(h), bare: (h: string) => bare.begin(h) };
const rec: any = { ours: {}, bare: {} };
let i = 0;
for (const p of network.people) {
	for (const k of i % 2 ? ["ours", "bare"] : ["bare", "ours"]) {
		ev = [];
		const t0 = performance.now();
		await sides[k](p.handle);
		const end = performance.now();
		if (k === "ours") await app.settled();
		if (i < 40) continue;
		let last = t0;
		for (const [n, t] of [...ev, ["end", end] as const]) { (rec[k][`${n}`] ??= []).push(t - last); last = t; }
		(rec[k].total ??= []).push(end - t0);
	}
	i++;
}
for (const k of ["ours", "bare"]) console.log(k, Object.fromEntries(Object.entries(rec[k]).map(([n, xs]: any) => [n, `${median(xs).toFixed(2)} (${xs.length})`])));
