import { BlueskyAccounts } from "@better-auth-bsky/react";
import type { Metadata } from "next";
import { headers } from "next/headers";
import { deleteAccount, endSession, signOut } from "@/app/actions";
import { ProfileForm } from "@/components/profile-form";
import { auth } from "@/lib/auth";
import { formatTime, pages } from "@/lib/product";
import { requireSession } from "@/lib/session";

export const metadata: Metadata = { title: pages.settings.title };

export default async function Settings({ searchParams }: PageProps<"/settings">) {
	const { user, session: current } = await requireSession();
	const sessions = await auth.api.listSessions({ headers: await headers() });
	const { error } = await searchParams;
	return (
		<>
			<h1>{pages.settings.title}</h1>
			<div className="columns">
				<section className="card" aria-labelledby="profile">
					<h2 id="profile">Profile</h2>
					<ProfileForm name={user.name} />
				</section>
				<section className="card" aria-labelledby="bluesky">
					<h2 id="bluesky">Bluesky</h2>
					<BlueskyAccounts error={error?.toString()} title={false} />
				</section>
				<section className="card" aria-labelledby="sessions">
					<h2 id="sessions">Where you are signed in</h2>
					<ul className="list">
						{sessions.map(({ id, userAgent, createdAt }) => (
							<li key={id}>
								<span className="who">
									{id === current.id ? "This browser" : userAgent || "Unknown browser"}
									<span className="muted"> since {formatTime(createdAt.toISOString())}</span>
								</span>
								<form action={id === current.id ? signOut : endSession}>
									<input type="hidden" name="id" value={id} />
									<button type="submit" className="button">
										Sign out
									</button>
								</form>
							</li>
						))}
					</ul>
				</section>
				<section className="card" aria-labelledby="delete">
					<h2 id="delete">Delete account</h2>
					<p>Your statuses stay in your own repository; they are yours.</p>
					<details>
						<summary>Delete my account</summary>
						<form action={deleteAccount}>
							<button type="submit" className="button danger">
								Delete it for good
							</button>
						</form>
					</details>
				</section>
			</div>
		</>
	);
}
