import { InvalidRequestError } from "@atproto/xrpc-server";
import { type FeedItem, feedView, itemsOf, page } from "./feeds.ts";
import type { Repo } from "./repos.ts";
import type { Views } from "./views.ts";

/** One query: whether it is for signed-in people only, and its answer. */
export interface Method {
	needsAuth?: boolean;
	/** `params` are valid by its lexicon, with defaults filled in: each says what it has of them. */
	answer(views: Views, params: Record<string, unknown>, viewer: string | undefined): object;
}

type Paging = {
	limit: number;
	cursor?: string;
};

type Search = {
	q?: string;
	/** What `q` was called before. */
	term?: string;
	limit: number;
};

/** Every query the stand-in answers, by its NSID. */
export const METHODS: Record<string, Method> = {
	"app.bsky.actor.getProfile": {
		answer: (views, { actor }: { actor: string }) => views.detailed(active(views, actor)),
	},
	"app.bsky.actor.getProfiles": {
		answer(views, { actors }: { actors: string[] }) {
			const found = actors.map((actor) => views.find(actor)).filter((repo) => repo !== undefined);
			const shown = found.filter(({ inactive }) => !inactive);
			return { profiles: shown.map((repo) => views.detailed(repo)) };
		},
	},
	"app.bsky.actor.searchActors": {
		answer(views, params: Search) {
			const found = search(views, params);
			return { actors: found.map((repo) => views.profile(repo)) };
		},
	},
	"app.bsky.actor.searchActorsTypeahead": {
		answer(views, params: Search) {
			const found = search(views, params).filter(
				(repo) => !views.blocks(repo) || repo.handle === term(params).toLowerCase(),
			);
			return { actors: found.map((repo) => views.basic(repo)) };
		},
	},
	"app.bsky.feed.getAuthorFeed": {
		answer(views, params: Paging & { actor: string; filter: string }) {
			const { actor, filter } = params;
			const repo = views.find(actor);
			if (!repo || repo.inactive) throw new InvalidRequestError("Profile not found");
			const { blocking, blockedBy } = views.basic(repo).viewer ?? {};
			if (blocking)
				throw new InvalidRequestError(`Requester has blocked actor: ${repo.did}`, "BlockedActor");
			if (blockedBy)
				throw new InvalidRequestError(
					`Requester is blocked by actor: ${repo.did}`,
					"BlockedByActor",
				);
			const items = itemsOf(repo).filter(
				(item) => keeps(filter, item.reply) && shows(views, filter, item.post),
			);
			return feed(views, items, params);
		},
	},
	"app.bsky.feed.getTimeline": {
		needsAuth: true,
		answer(views, params: Paging, viewer) {
			const me = views.repos.find(({ did }) => did === viewer);
			const followed = new Set(me?.follows.map(({ value }) => value.subject));
			const sources = views.repos.filter(({ did }) => did === viewer || followed.has(did));
			return feed(views, sources.flatMap(itemsOf), params);
		},
	},
	"app.bsky.feed.getPosts": {
		answer(views, { uris }: { uris: string[] }) {
			const posts = [...new Set(uris)]
				.filter((uri) => {
					const found = views.post(uri);
					return found && !views.blocks(found.repo);
				})
				.map((uri) => views.postView(uri));
			return { posts };
		},
	},
};

function active(views: Views, actor: string): Repo {
	const repo = views.find(actor);
	if (!repo) throw new InvalidRequestError("Profile not found");
	if (repo.inactive === "takendown")
		throw new InvalidRequestError("Account has been suspended", "AccountTakedown");
	if (repo.inactive) throw new InvalidRequestError("Account is deactivated", "AccountDeactivated");
	return repo;
}

const term = ({ q, term = "" }: Search) => q ?? term;

/** Handles and display names; a match at the start of the handle comes first. */
function search(views: Views, params: Search): Repo[] {
	const wanted = term(params).trim().replace(/^@/, "").toLowerCase();
	if (wanted === "") return [];
	const place = (repo: Repo) => repo.handle.indexOf(wanted);
	return views.repos
		.filter(
			(repo) =>
				!repo.inactive &&
				(place(repo) >= 0 || repo.profile?.value.displayName?.toLowerCase().includes(wanted)),
		)
		.sort((a, b) => Number(place(a) !== 0) - Number(place(b) !== 0))
		.slice(0, params.limit);
}

function feed(views: Views, items: FeedItem[], { limit, cursor }: Paging) {
	const { items: shown, ...next } = page(items, limit, cursor);
	return {
		feed: shown.map((item) => feedView(views, item)).filter((view) => view !== undefined),
		...next,
	};
}

const keeps = (filter: string, reply: boolean) => filter !== "posts_no_replies" || !reply;

function shows(views: Views, filter: string, uri: string): boolean {
	const embed = views.post(uri)?.post.value.embed?.$type;
	if (filter === "posts_with_media") return embed === "app.bsky.embed.images";
	if (filter === "posts_with_video") return embed === "app.bsky.embed.video";
	return true;
}
