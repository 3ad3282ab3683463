import type { BetterAuthOptions } from "better-auth";
import { Redis } from "ioredis";
import { onTestFinished } from "vitest";

export const REDIS = process.env.TEST_REDIS_URL ?? "redis://127.0.0.1:6379";

export type SecondaryStorage = NonNullable<BetterAuthOptions["secondaryStorage"]>;

/** A part of Redis for one test, as the README of an app would have it. */
export async function useRedis(url = REDIS) {
	const keyPrefix = `bsky-${crypto.randomUUID()}:`;
	const redis = new Redis(url, { keyPrefix, maxRetriesPerRequest: 0, retryStrategy: () => 50 });
	// What can't be had is told by each command.
	redis.on("error", () => {});
	const own = new Redis(REDIS);
	const keys = async (of = "") =>
		(await own.keys(`${keyPrefix}${of}*`)).map((key) => key.slice(keyPrefix.length));
	onTestFinished(async () => {
		redis.disconnect();
		const left = await own.keys(`${keyPrefix}*`);
		if (left.length > 0) await own.del(left);
		own.disconnect();
	});
	const storage: SecondaryStorage = {
		get: (key) => redis.get(key),
		set: async (key, value, ttl) => {
			await (ttl ? redis.set(key, value, "EX", ttl) : redis.set(key, value));
		},
		delete: async (key) => void (await redis.del(key)),
		getAndDelete: (key) => redis.getdel(key),
		increment: async (key, ttl) => {
			const count = await redis.incr(key);
			if (count === 1) await redis.expire(key, ttl);
			return count;
		},
	};
	/** better-auth's sessions, which are kept by their tokens. */
	const sessions = async () =>
		(await keys()).filter((key) => /^\w{32}$/.test(key)).map((token) => ({ token }));
	return { redis, storage, keys, sessions };
}

/** Why there is no Redis here, if so. */
export async function whyNoRedis(): Promise<string | false> {
	const redis = new Redis(REDIS, {
		lazyConnect: true,
		maxRetriesPerRequest: 0,
		retryStrategy: null,
	});
	redis.on("error", () => {});
	try {
		await redis.connect();
		return false;
	} catch {
		return `no Redis at ${REDIS}; set TEST_REDIS_URL to use another`;
	} finally {
		redis.disconnect();
	}
}
