import { headers } from "next/headers";
import { auth } from "@/lib/auth";
import { type SignedInUser, shownEmail } from "@/lib/session";

/** Every way in that belongs to this user. */
export async function Accounts({ user }: { user: SignedInUser }) {
	const accounts = await auth.api.listUserAccounts({ headers: await headers() });
	return (
		<ul className="accounts">
			{accounts.map(({ id, providerId, accountId }) => (
				<li key={id}>
					<strong>{providerId === "bsky" ? "Bluesky" : "E-mail and password"}</strong>
					<span className="muted">
						{providerId !== "bsky"
							? shownEmail(user)
							: accountId === user.bskyDid && user.bskyHandle
								? `@${user.bskyHandle}`
								: accountId}
					</span>
				</li>
			))}
		</ul>
	);
}
