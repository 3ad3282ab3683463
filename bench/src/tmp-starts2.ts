import { Session } from "node:inspector/promises";
import { writeFileSync } from "node:fs";
import { startApp } from "./app.ts";
import { startBare } from "./bare.ts";
import { startNetworkApart } from "./network.ts";
await using network = await startNetworkApart(440);
using app = await startApp(network, "disk");
const bare = startBare(network);
const s = new Session(); s.connect();
await s.post("Profiler.enable"); await s.post("Profiler.setSamplingInterval", { interval: 100 });
const sides: any = { ours: async (h: string) => { await app.browser().begin(h); await app.settled(); }, bare: (h: string) => bare.begin(h) };
for (const k of ["ours", "bare"]) for (const p of network.people.slice(0, 40)) await sides[k](p.handle);
for (const k of ["ours", "bare"]) {
	await s.post("Profiler.start");
	const b = performance.now();
	for (const p of network.people.slice(40)) await sides[k](p.handle);
	console.log(k, (performance.now() - b) / 400);
	const { profile } = await s.post("Profiler.stop");
	writeFileSync(`/tmp/st-${k}.cpuprofile`, JSON.stringify(profile));
}
