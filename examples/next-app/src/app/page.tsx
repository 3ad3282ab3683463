import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { BlueskyForm } from "@/components/bluesky-form";
import { messageFromUrl } from "@/lib/errors";
import { getSession } from "@/lib/session";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: PageProps<"/">) {
	if (await getSession()) redirect("/me");
	return (
		<div className="card narrow">
			<div>
				<h1>Sign in</h1>
				<p className="muted">
					With your account on Bluesky, or on any other server of its network.
				</p>
			</div>
			<BlueskyForm
				label="Sign in with Bluesky"
				callbackURL="/me"
				errorCallbackURL="/"
				error={messageFromUrl(await searchParams)}
			/>
			<p className="or">or</p>
			<Link className="button" href="/email">
				Continue with e-mail
			</Link>
		</div>
	);
}
