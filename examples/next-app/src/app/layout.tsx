import "@better-auth-bsky/react/styles.css";
import "./app.css";
import { BskyProvider } from "@better-auth-bsky/react";
import type { Metadata } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { Header } from "@/components/header";
import { servers } from "@/lib/auth";
import { pages } from "@/lib/product";
import { getBskySession, getSession } from "@/lib/session";

export const metadata: Metadata = {
	title: { default: "Bluebell", template: "%s · Bluebell" },
	description: "Say how you are with one emoji.",
};

export default async function RootLayout({ children }: { children: ReactNode }) {
	const session = await getSession();
	const bskySession = await getBskySession();
	// What the header needs of the user and no more: all of it is sent to the browser.
	const { name, image, bskyDid, email } = session?.user ?? {};
	return (
		<html lang="en">
			<body>
				<BskyProvider
					session={bskySession}
					user={session && { name, image, email: bskyDid ? null : email }}
					appName="Bluebell"
					defaultServer={servers?.[0]}
					signUp={servers}
				>
					<header className="top">
						<Link className="brand" href={session ? pages.home.path : pages.landing.path}>
							Bluebell
						</Link>
						{session && <Header did={bskySession?.did} />}
					</header>
					<main>{children}</main>
					<footer>Built with Next.js</footer>
				</BskyProvider>
			</body>
		</html>
	);
}
