// What a worker's bundle has in place of undici and of base/public-fetch.ts, which it doesn't use.
export const [Agent, buildConnector, fetch] = [];
