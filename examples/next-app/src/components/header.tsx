"use client";

import { BlueskyUser, useBskySession } from "@better-auth-bsky/react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { pages } from "@/lib/product";

/**
 * One for everybody: who signs in by e-mail connects Bluesky, and signs out, in the same menu.
 *
 * @param did of the account that the server has rendered the page for
 */
export function Header({ did }: { did: string | null | undefined }) {
	const { data, isPending, error } = useBskySession();
	const router = useRouter();
	const isOthers = !isPending && !error && (!data || data.did !== did);

	// Signed out, or switched, here or in another tab: what the server has rendered is somebody else's.
	useEffect(() => {
		if (isOthers) router.refresh();
	}, [isOthers, router]);

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
