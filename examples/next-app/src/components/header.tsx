"use client";

import { BlueskyUser, useBskySession } from "@better-auth-bsky/react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { signOut } from "@/app/actions";
import { pages } from "@/lib/product";

/** It gets what it needs of the user and no more: all of it is sent to the browser. */
export function Header({ hasBluesky }: { hasBluesky: boolean }) {
	const { data, isPending, error } = useBskySession();
	const router = useRouter();
	const signedOut = !data && !isPending && !error;

	// Here, or in another tab: what the server has rendered is nobody's any more.
	useEffect(() => {
		if (signedOut) router.refresh();
	}, [signedOut, router]);

	return (
		<>
			<nav aria-label="Pages">
				<Link href={pages.home.path}>{pages.home.title}</Link>
				<Link href={pages.settings.path}>{pages.settings.title}</Link>
			</nav>
			{hasBluesky ? (
				<BlueskyUser />
			) : (
				<form action={signOut}>
					<button type="submit" className="button">
						Sign out
					</button>
				</form>
			)}
		</>
	);
}
