// What a worker's bundle has in place of undici, base/public-fetch.ts and base/recent-node.ts, which it
// doesn't use.
export const [Agent, buildConnector, fetch] = [];
export function requireRecentNode() {}
