import type { Metadata } from "next";
import Link from "next/link";
import { messageFromUrl } from "@/lib/errors";

export const metadata: Metadata = { title: "That didn’t work" };

/** Where better-auth sends a browser when nothing closer is known: `onAPIError.errorURL`. */
export default async function ErrorPage({ searchParams }: PageProps<"/error">) {
	const params = await searchParams;
	return (
		<div className="card narrow">
			<h1>That didn’t work</h1>
			<p role="alert">{messageFromUrl(params) ?? "Something went wrong. Please try again."}</p>
			<Link className="button primary" href="/">
				Back to sign-in
			</Link>
		</div>
	);
}
