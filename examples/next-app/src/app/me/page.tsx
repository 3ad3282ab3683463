import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { Accounts } from "@/components/accounts";
import { BlueskyForm } from "@/components/bluesky-form";
import { Connection } from "@/components/connection";
import { Posts } from "@/components/posts";
import { Profile } from "@/components/profile";
import { messageFromUrl } from "@/lib/errors";
import { getSession } from "@/lib/session";

export const metadata: Metadata = { title: "You" };

export default async function MePage({ searchParams }: PageProps<"/me">) {
	const session = await getSession();
	if (!session) redirect("/");
	const { user } = session;
	const error = messageFromUrl(await searchParams);
	return (
		<>
			{error && user.bskyDid && (
				<p className="card error notice" role="alert">
					{error}
				</p>
			)}
			<Profile user={user} />
			<div className="columns">
				<div>
					{user.bskyDid ? (
						<Posts handle={user.bskyHandle ?? undefined} />
					) : (
						<section className="card" aria-labelledby="connect">
							<h2 id="connect">Connect Bluesky</h2>
							<p>Read and write your posts here, and sign in without a password.</p>
							<BlueskyForm
								label="Connect Bluesky"
								callbackURL="/me"
								errorCallbackURL="/me"
								error={error}
							/>
						</section>
					)}
				</div>
				<aside>
					<section className="card" aria-labelledby="connection">
						<h2 id="connection">Bluesky connection</h2>
						<Connection />
					</section>
					<section className="card" aria-labelledby="accounts">
						<h2 id="accounts">Ways to sign in</h2>
						<Accounts user={user} />
					</section>
				</aside>
			</div>
		</>
	);
}
