import { startNetworkApart } from "./network.ts";
import { timeStarts } from "./sign-in-times.ts";
await using network = await startNetworkApart(340);
const t = await timeStarts(network, network.people, 40);
console.log(t, t.disk / t.bare, t.memory / t.bare);
