import { BlueskySignIn } from "@better-auth-bsky/react";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { EmailSignIn } from "@/components/email-forms";
import { homeWith, pages } from "@/lib/product";
import { getSession } from "@/lib/session";

// The template of a layout is for the pages below it.
export const metadata: Metadata = { title: `${pages.landing.title} · Bluebell` };

export default async function Landing({ searchParams }: PageProps<"/">) {
	if (await getSession()) redirect(pages.home.path);
	const { emoji, error } = await searchParams;
	return (
		<>
			<div className="intro">
				<h1>Say how you are with one emoji</h1>
				<p>It is kept in your own repository, on your own server, for every app to read.</p>
			</div>
			<div className="columns">
				<div className="card">
					<BlueskySignIn
						callbackURL={homeWith(emoji?.toString())}
						errorCallbackURL={pages.landing.path}
						error={error?.toString()}
						remember
					/>
				</div>
				<section className="card" aria-labelledby="email-sign-in">
					<h2 id="email-sign-in">With e-mail</h2>
					<EmailSignIn />
				</section>
			</div>
		</>
	);
}
