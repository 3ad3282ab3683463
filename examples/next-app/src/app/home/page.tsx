import type { Metadata } from "next";
import { headers } from "next/headers";
import { Statuses } from "@/components/statuses";
import { pages } from "@/lib/product";
import { getBskySession, requireSession } from "@/lib/session";
import { listFeed, listHistory } from "@/lib/statuses";

export const metadata: Metadata = { title: pages.home.title };

export default async function Home({ searchParams }: PageProps<"/home">) {
	const { user } = await requireSession();
	const bsky = await getBskySession();
	const active = bsky?.active ?? false;
	const { emoji, error } = await searchParams;
	// First, since the feed has them from then on.
	const history = active ? await listHistory(await headers()).catch(() => null) : [];
	const feed = await listFeed();
	return (
		<>
			<h1>How are you, {user.name}?</h1>
			<Statuses
				state={active ? "active" : user.bskyDid ? "ended" : "not-linked"}
				handle={user.bskyHandle ?? undefined}
				history={history}
				feed={feed}
				typed={emoji?.toString() ?? ""}
				error={error?.toString()}
			/>
		</>
	);
}
