"use client";

import { BlueskyUser, useBskySession } from "@better-auth-bsky/react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { pages } from "@/lib/product";

/** One for everybody: who signs in by e-mail connects Bluesky, and signs out, in the same menu. */
export function Header() {
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
			<BlueskyUser />
		</>
	);
}
