import { JetstreamSubscription } from "@atcute/jetstream";
import { Agent } from "@atproto/api";
import { auth } from "./auth";
import { collections, isEmoji } from "./product";

export interface Status {
	uri: string;
	emoji: string;
	createdAt: string;
}

export interface FeedItem extends Status {
	name: string;
	handle: string | null;
	avatar: string | null;
}

/**
 * Writes a status into the signed-in person's own repository, and shows it in the feed at once: for a
 * browser without JavaScript, which can't do it by itself.
 */
export async function setStatus(headers: Headers, emoji: string): Promise<void> {
	const agent = await auth.api.getBskyAgent({ headers });
	const record = { $type: collections.status, status: emoji, createdAt: new Date().toISOString() };
	const { data } = await agent.com.atproto.repo.createRecord({
		repo: agent.assertDid,
		collection: collections.status,
		record,
	});
	await remember(agent.assertDid, data.uri, record);
}

/**
 * The newest statuses of the signed-in person, read from their own repository. The feed has them from
 * then on, too: what a page has written by itself nobody else has told us of.
 */
export async function listHistory(headers: Headers): Promise<Status[]> {
	const agent = await auth.api.getBskyAgent({ headers });
	const { data } = await agent.com.atproto.repo.listRecords({
		repo: agent.assertDid,
		collection: collections.status,
		limit: 10,
	});
	await rememberNew(agent.assertDid, data.records);
	return data.records.flatMap(({ uri, value }) => {
		const record = parse(value);
		return record ? [{ uri, ...record, createdAt: record.createdAt.toISOString() }] : [];
	});
}

interface Row {
	uri: string;
	did: string;
	emoji: string;
	createdAt: Date;
}

/** The newest statuses of everybody, with the profiles that an AppView knows. */
export async function listFeed(): Promise<FeedItem[]> {
	const { adapter } = await auth.$context;
	const rows = await adapter.findMany<Row>({
		model: "status",
		sortBy: { field: "createdAt", direction: "desc" },
		limit: 20,
	});
	const actors = [...new Set(rows.map(({ did }) => did))];
	const appView = new Agent({
		service: process.env.ATPROTO_APPVIEW_URL || "https://public.api.bsky.app",
	});
	// Late, they are done without: the statuses are what people come for.
	const signal = AbortSignal.timeout(3000);
	const profiles =
		actors.length === 0
			? []
			: await appView.getProfiles({ actors }, { signal }).then(
					({ data }) => data.profiles,
					() => [],
				);
	return rows.map(({ uri, did, emoji, createdAt }) => {
		const profile = profiles.find((one) => one.did === did);
		const handle = profile?.handle ?? null;
		return {
			uri,
			emoji,
			createdAt: createdAt.toISOString(),
			name: profile?.displayName || handle || did,
			handle,
			avatar: profile?.avatar ?? null,
		};
	});
}

/**
 * Follows what everybody writes, here and in other apps, as long as the process lives.
 * `JETSTREAM_URL` is `wss://jetstream2.us-east.bsky.network` on the real network.
 */
export async function followStatuses(): Promise<void> {
	const url = process.env.JETSTREAM_URL;
	if (!url) return;
	for await (const event of new JetstreamSubscription({
		url,
		wantedCollections: [collections.status],
	})) {
		if (event.kind !== "commit") continue;
		const { did, commit } = event;
		const uri = `at://${did}/${commit.collection}/${commit.rkey}`;
		const record = commit.operation === "delete" ? null : commit.record;
		await remember(did, uri, record).catch(console.error);
	}
}

/** Keeps those of somebody's records that the feed doesn't have yet. */
async function rememberNew(
	did: string,
	records: readonly { uri: string; value: unknown }[],
): Promise<void> {
	if (records.length === 0) return;
	const { adapter } = await auth.$context;
	const uris = records.map(({ uri }) => uri);
	const known = await adapter.findMany<Row>({
		model: "status",
		where: [{ field: "uri", operator: "in", value: uris }],
	});
	for (const { uri, value } of records) {
		if (!known.some((row) => row.uri === uri)) await remember(did, uri, value);
	}
}

/** Keeps a status for the feed, or forgets it where there is none (any more). */
async function remember(did: string, uri: string, value: unknown): Promise<void> {
	// A person's own server can say anything, and would speak for them alone.
	if (!uri.startsWith(`at://${did}/`)) return;
	const { adapter } = await auth.$context;
	await adapter.deleteMany({ model: "status", where: [{ field: "uri", value: uri }] });
	const record = parse(value);
	if (!record) return;
	// Nobody is at the top for long by writing from the future.
	const createdAt = new Date(Math.min(record.createdAt.getTime(), Date.now()));
	// It comes twice, from this app itself and from the stream: one of them is quicker.
	await adapter
		.create({ model: "status", data: { uri, did, emoji: record.emoji, createdAt } })
		.catch(() => {});
}

/** Records are written by anybody's app: nothing in them is certain. */
function parse(value: unknown): { emoji: string; createdAt: Date } | null {
	if (typeof value !== "object" || !value) return null;
	if (!("status" in value && "createdAt" in value)) return null;
	const { status, createdAt } = value;
	if (typeof status !== "string" || !isEmoji(status)) return null;
	const date = new Date(String(createdAt));
	return Number.isNaN(date.getTime()) ? null : { emoji: status, createdAt: date };
}
