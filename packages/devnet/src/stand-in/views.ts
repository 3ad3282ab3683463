import { type AppBskyActorDefs, AppBskyEmbedRecord, type AppBskyFeedDefs } from "@atproto/api";
import { embedView } from "./embeds.ts";
import type { Listed, Repo } from "./repos.ts";

type Untyped<T> = Omit<T, "$type">;
type Post = Repo["posts"][number];

/** The network as one viewer sees it: records turned into the views of `app.bsky.*`. */
export class Views {
	readonly #repos: Map<string, Repo>;
	readonly #viewer: Repo | undefined;
	/** Base of picture addresses: `<images>/avatar/plain/<did>/<cid>`. */
	readonly #images: string;

	constructor(repos: Map<string, Repo>, viewer: string | undefined, images: string) {
		this.#repos = repos;
		this.#viewer = viewer === undefined ? undefined : repos.get(viewer);
		this.#images = images;
	}

	get repos(): Repo[] {
		return [...this.#repos.values()];
	}

	/** The account with this handle or DID, active or not. */
	find(actor: string): Repo | undefined {
		if (actor.startsWith("did:")) return this.#repos.get(actor);
		return this.repos.find(({ handle }) => handle === actor.toLowerCase());
	}

	basic(repo: Repo): Untyped<AppBskyActorDefs.ProfileViewBasic> {
		const { did, handle } = repo;
		const profile = repo.profile?.value;
		return {
			did,
			handle,
			...(profile?.displayName !== undefined && { displayName: profile.displayName }),
			...(profile?.pronouns !== undefined && { pronouns: profile.pronouns }),
			...(profile?.avatar && { avatar: this.image("avatar", did, profile.avatar) }),
			associated: { activitySubscription: { allowSubscriptions: "followers" } },
			...(this.#viewer && { viewer: relation(this.#viewer, repo) }),
			labels: [],
			...(profile?.createdAt !== undefined && { createdAt: profile.createdAt }),
		};
	}

	profile(repo: Repo): Untyped<AppBskyActorDefs.ProfileView> {
		const profile = repo.profile?.value;
		return {
			...this.basic(repo),
			...(profile?.description && { description: profile.description }),
			...(profile && { indexedAt: profile.createdAt ?? new Date(0).toISOString() }),
		};
	}

	detailed(repo: Repo): AppBskyActorDefs.ProfileViewDetailed {
		const profile = repo.profile?.value;
		const me = this.#viewer;
		const basic = this.basic(repo);
		return {
			...this.profile(repo),
			...(me && { viewer: { ...basic.viewer, ...this.#knownFollowers(me, repo) } }),
			...(profile?.website?.startsWith("https://") && { website: profile.website }),
			...(profile?.banner && { banner: this.image("banner", repo.did, profile.banner) }),
			followersCount: this.repos.filter((other) => follows(other, repo.did)).length,
			followsCount: repo.follows.length,
			postsCount: repo.posts.length,
			associated: { ...basic.associated, lists: 0, feedgens: 0, starterPacks: 0, labeler: false },
			...(profile?.pinnedPost && { pinnedPost: profile.pinnedPost }),
		};
	}

	/** The post at `uri`, if it exists and its author is active. */
	post(uri: string): { repo: Repo; post: Post } | undefined {
		const repo = this.#repos.get(uri.split("/")[2] ?? "");
		if (!repo || repo.inactive) return undefined;
		const post = repo.posts.find((one) => one.uri === uri);
		return post && { repo, post };
	}

	postView(uri: string): AppBskyFeedDefs.PostView | undefined {
		const found = this.post(uri);
		if (!found) return undefined;
		const { repo, post } = found;
		const { embed } = post.value;
		const image = (preset: string, blob: unknown) => this.image(preset, repo.did, blob);
		const view = embed && embedView(embed, image);
		return {
			uri,
			cid: post.cid,
			author: this.basic(repo),
			record: post.value,
			...(view && { embed: view }),
			bookmarkCount: 0,
			replyCount: this.#count(({ posts }) =>
				posts.filter(({ value }) => value.reply?.parent.uri === uri),
			),
			repostCount: this.#count(({ reposts }) => reposts.filter(about(uri))),
			likeCount: this.#count(({ likes }) => likes.filter(about(uri))),
			quoteCount: this.#count(({ posts }) => posts.filter((one) => quotes(one, uri))),
			indexedAt: post.value.createdAt,
			...(this.#viewer && { viewer: postRelation(this.#viewer, repo, post) }),
			labels: [],
		};
	}

	blocks(other: Repo): boolean {
		if (!this.#viewer) return false;
		const { blocking, blockedBy } = relation(this.#viewer, other);
		return Boolean(blocking || blockedBy);
	}

	/** The address of a picture, whatever shape its blob reference came in. */
	image(preset: string, did: string, blob: unknown): string {
		const { $link: cid } = (blob as { ref: { $link: string } }).ref;
		return `${this.#images}/${preset}/plain/${did}/${cid}`;
	}

	/** Those of the subject's followers whom the viewer follows. */
	#knownFollowers(me: Repo, subject: Repo): Pick<AppBskyActorDefs.ViewerState, "knownFollowers"> {
		const known = this.repos.filter(
			(repo) => !repo.inactive && follows(me, repo.did) && follows(repo, subject.did),
		);
		if (known.length === 0) return {};
		const shown = known.filter((repo) => !this.blocks(repo)).slice(0, 5);
		return {
			knownFollowers: { count: known.length, followers: shown.map((repo) => this.basic(repo)) },
		};
	}

	#count(of: (repo: Repo) => unknown[]): number {
		return this.repos
			.filter(({ inactive }) => !inactive)
			.reduce((sum, repo) => sum + of(repo).length, 0);
	}
}

/** How `me` stands to somebody. */
function relation(me: Repo, other: Repo): AppBskyActorDefs.ViewerState {
	const state = { muted: false, mutedOnlyReposts: false, mutedOnlyQuoteposts: false };
	if (me.did === other.did) return { ...state, blockedBy: false };
	const to = (list: Listed<{ subject: string }>[], did: string) =>
		list.find(({ value }) => value.subject === did)?.uri;
	const blocking = to(me.blocks, other.did);
	const blockedBy = to(other.blocks, me.did) !== undefined;
	const following = to(me.follows, other.did);
	const followedBy = to(other.follows, me.did);
	const blocked = blocking !== undefined || blockedBy;
	return {
		...state,
		blockedBy,
		...(blocking && { blocking }),
		...(following && !blocked && { following }),
		...(followedBy && !blocked && { followedBy }),
	};
}

/** What `me` has done with a post of `repo`. */
function postRelation(me: Repo, repo: Repo, post: Post): AppBskyFeedDefs.ViewerState {
	const repost = me.reposts.find(about(post.uri))?.uri;
	const like = me.likes.find(about(post.uri))?.uri;
	const pinned = repo.did === me.did && repo.profile?.value.pinnedPost?.uri === post.uri;
	return {
		...(repost && { repost }),
		...(like && { like }),
		bookmarked: false,
		threadMuted: false,
		embeddingDisabled: false,
		...(pinned && { pinned }),
	};
}

const about = (uri: string) => (record: Listed<{ subject: { uri: string } }>) =>
	record.value.subject.uri === uri;

const follows = (repo: Repo, did: string) =>
	!repo.inactive && repo.follows.some(({ value }) => value.subject === did);

const quotes = ({ value }: Post, uri: string) =>
	AppBskyEmbedRecord.isMain(value.embed) && value.embed.record.uri === uri;
