import type { AppBskyActorProfile, AppBskyFeedPost } from "@atproto/api";
import type { Pds } from "../servers/pds.ts";

/** A record as a PDS lists it. */
export interface Listed<T> {
	uri: string;
	cid: string;
	value: T;
}

/** A follow or a block. */
interface ToActor {
	subject: string;
	createdAt: string;
}

/** A like or a repost. */
interface ToPost {
	subject: { uri: string; cid: string };
	createdAt: string;
}

/** What the stand-in knows of one account. */
export interface Repo {
	did: string;
	handle: string;
	rev: string;
	/** Why the account is not active: "deactivated", "takendown", ... */
	inactive: string | undefined;
	profile: Listed<AppBskyActorProfile.Record> | undefined;
	posts: Listed<AppBskyFeedPost.Record>[];
	reposts: Listed<ToPost>[];
	likes: Listed<ToPost>[];
	follows: Listed<ToActor>[];
	blocks: Listed<ToActor>[];
}

type Listing = { did: string; rev: string; active?: boolean; status?: string };

/** How long a handle is believed, in milliseconds: renaming an account leaves its `rev` alone. */
const HANDLE_AGE = 1000;

/**
 * Every repository of the network, read from the servers over XRPC. A repository is read again only
 * when its `rev` has moved; a server that is down is remembered as it was.
 */
export class Repos {
	readonly #pdses: readonly Pds[];
	readonly #known = new Map<string, Repo & { readAt: number }>();
	readonly #listings = new Map<Pds, Listing[]>();
	readonly #plcUrl: string;

	constructor(pdses: readonly Pds[], plcUrl: string) {
		this.#pdses = pdses;
		this.#plcUrl = plcUrl;
	}

	/** All accounts as they are now, by DID. */
	async read(): Promise<Map<string, Repo>> {
		const lists = await Promise.all(this.#pdses.map((pds) => this.#readServer(pds)));
		return new Map(lists.flat().map((repo) => [repo.did, repo]));
	}

	async #readServer(pds: Pds): Promise<Repo[]> {
		const listed = await all<Listing>(pds, "com.atproto.sync.listRepos", {}, "repos").catch(
			() => this.#listings.get(pds) ?? [],
		);
		this.#listings.set(pds, listed);
		const repos: Repo[] = [];
		for (const listing of listed) {
			const repo = await this.#readRepo(pds, listing).catch(() => this.#known.get(listing.did));
			if (repo) repos.push(repo);
		}
		return repos;
	}

	async #readRepo(pds: Pds, { did, rev, active = true, status }: Listing): Promise<Repo> {
		const known = this.#known.get(did);
		const inactive = active ? undefined : (status ?? "deactivated");
		// The records of an inactive account can't be listed.
		const unchanged = known && (known.rev === rev || inactive);
		const fresh = known && Date.now() - known.readAt < HANDLE_AGE;
		if (unchanged && fresh && known.inactive === inactive) return known;
		const records = unchanged ? known : inactive ? EMPTY : await readRecords(pds, did);
		const handle = inactive ? await this.#claimed(did) : await readHandle(pds, did);
		const repo = { ...records, did, handle, rev, inactive, readAt: Date.now() };
		this.#known.set(did, repo);
		return repo;
	}

	/** The handle in the DID document: what there is for an account its server won't describe. */
	async #claimed(did: string): Promise<string> {
		const response = await fetch(`${this.#plcUrl}/${did}`, { signal: AbortSignal.timeout(5000) });
		const document = (await response.json()) as { alsoKnownAs?: string[] };
		return document.alsoKnownAs?.[0]?.replace("at://", "") ?? INVALID;
	}
}

const INVALID = "handle.invalid";
type Records = Pick<Repo, "profile" | "posts" | "reposts" | "likes" | "follows" | "blocks">;
const EMPTY: Records = {
	profile: undefined,
	posts: [],
	reposts: [],
	likes: [],
	follows: [],
	blocks: [],
};

async function readHandle(pds: Pds, repo: string): Promise<string> {
	const described = await get<{ handle: string; handleIsCorrect: boolean }>(
		pds,
		"com.atproto.repo.describeRepo",
		{ repo },
	);
	return described.handleIsCorrect ? described.handle : INVALID;
}

async function readRecords(pds: Pds, repo: string): Promise<Records> {
	const list = <T>(collection: string) =>
		all<Listed<T>>(pds, "com.atproto.repo.listRecords", { repo, collection }, "records");
	const [profiles, posts, reposts, likes, follows, blocks] = await Promise.all([
		list<AppBskyActorProfile.Record>("app.bsky.actor.profile"),
		list<AppBskyFeedPost.Record>("app.bsky.feed.post"),
		list<ToPost>("app.bsky.feed.repost"),
		list<ToPost>("app.bsky.feed.like"),
		list<ToActor>("app.bsky.graph.follow"),
		list<ToActor>("app.bsky.graph.block"),
	]);
	return { profile: profiles[0], posts, reposts, likes, follows, blocks };
}

async function all<T>(
	pds: Pds,
	method: string,
	params: Record<string, string>,
	field: string,
): Promise<T[]> {
	const found: T[] = [];
	let cursor = "";
	do {
		const page: Record<string, unknown> = await get(pds, method, {
			...params,
			limit: "100",
			...(cursor && { cursor }),
		});
		const items = page[field] as T[];
		found.push(...items);
		cursor = items.length === 0 ? "" : ((page.cursor as string | undefined) ?? "");
	} while (cursor);
	return found;
}

/** One query to a PDS, as anybody may ask it. */
async function get<T>(pds: Pds, method: string, params: Record<string, string>): Promise<T> {
	const url = new URL(`/xrpc/${method}`, pds.url);
	url.search = new URLSearchParams(params).toString();
	const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
	if (!response.ok) throw new Error(`${method} answered ${response.status}`);
	return (await response.json()) as T;
}
