import type { AuthContext } from "better-auth";
import type { ExpiringMap } from "../base/expiring-map.ts";
import type { CallRate } from "../xrpc-options.ts";

/** better-auth's table of that name. */
const MODEL = "rateLimit";

interface Count {
	key: string;
	count: number;
	lastRequest: number;
}

/** What counts, and says in how many seconds to come again; null where it is all right. */
type Counter = (key: string, rate: CallRate) => Promise<number | null>;

/**
 * Counts a call of a user where better-auth counts requests: in the database, in the secondary storage, in
 * memory, or in a storage of the app's. better-auth's own limits are by address and path, so that all
 * people behind one address would share them.
 *
 * @returns in how many seconds to come again; null where the call may be made
 */
export async function overRate(
	context: AuthContext,
	counts: ExpiringMap<number>,
	key: string,
	rate: CallRate,
): Promise<number | null> {
	if (!context.rateLimit.enabled) return null;
	return counterOf(context, counts)(`bsky-xrpc|${key}`, rate);
}

function counterOf(context: AuthContext, counts: ExpiringMap<number>): Counter {
	const { rateLimit, secondaryStorage } = context.options;
	const custom = rateLimit?.customStorage;
	if (custom) {
		return async (key, rate) => {
			const { allowed, retryAfter } = await custom.consume(key, rate);
			return allowed ? null : (retryAfter ?? rate.window);
		};
	}
	const increment = secondaryStorage?.increment;
	if (context.rateLimit.storage === "secondary-storage" && increment) {
		return async (key, { window, max }) => ((await increment(key, window)) <= max ? null : window);
	}
	if (context.rateLimit.storage === "database") return inDatabase(context);
	return async (key, { window, max }) => {
		const slot = `${key}|${Math.floor(Date.now() / (window * 1000))}`;
		const count = (counts.get(slot) ?? 0) + 1;
		counts.set(slot, count);
		return count <= max ? null : untilNext(window);
	};
}

const untilNext = (window: number): number => Math.ceil(window - ((Date.now() / 1000) % window));

/** A row for each key and window: what is over is removed by better-auth, as its own rows are. */
const inDatabase =
	({ adapter }: AuthContext): Counter =>
	async (name, { window, max }) => {
		const now = Date.now();
		const key = `${name}|${Math.floor(now / (window * 1000))}`;
		const counted = () =>
			adapter.incrementOne<Count>({
				model: MODEL,
				where: [{ field: "key", value: key }],
				increment: { count: 1 },
				set: { lastRequest: now },
			});
		const count = (await counted()) ?? (await begun(adapter, key, now)) ?? (await counted());
		return !count || count.count <= max ? null : untilNext(window);
	};

/** @returns null where another call was quicker */
async function begun(
	adapter: AuthContext["adapter"],
	key: string,
	lastRequest: number,
): Promise<Count | null> {
	try {
		return await adapter.create<Count>({ model: MODEL, data: { key, count: 1, lastRequest } });
	} catch {
		return null;
	}
}
