import "./globals.css";
import type { Metadata, Viewport } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { Bluebell } from "@/components/logos";
import { SignOutButton } from "@/components/sign-out-button";
import { getSession } from "@/lib/session";

export const metadata: Metadata = {
	title: { default: "Bluebell", template: "%s · Bluebell" },
	description: "A small app where people sign in with Bluesky.",
};

export const viewport: Viewport = {
	colorScheme: "light dark",
	themeColor: [
		{ media: "(prefers-color-scheme: light)", color: "#f4f7fb" },
		{ media: "(prefers-color-scheme: dark)", color: "#10161d" },
	],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
	const session = await getSession();
	return (
		<html lang="en">
			<body>
				<header className="top">
					<Link className="home" href={session ? "/me" : "/"}>
						<Bluebell />
						Bluebell
					</Link>
					{session && <SignOutButton />}
				</header>
				<main>{children}</main>
			</body>
		</html>
	);
}
