import { BlueskySignIn } from "@better-auth-bsky/react";
import type { Metadata } from "next";
import { pages } from "@/lib/product";

export const metadata: Metadata = { title: pages.error.title };

/** Where better-auth leads when a callback fails that no form of ours has begun. */
export default async function ErrorPage({ searchParams }: PageProps<"/error">) {
	const { error } = await searchParams;
	return (
		<div className="card narrow">
			<h1>{pages.error.title}</h1>
			<p>Nothing has changed. You can sign in again here.</p>
			<BlueskySignIn callbackURL={pages.home.path} error={error?.toString()} />
		</div>
	);
}
