// What a worker's bundle has in place of undici, which base/fetch.ts doesn't use there.
export const [Agent, buildConnector, fetch] = [];
