import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { EmailForm } from "@/components/email-form";
import { getSession } from "@/lib/session";

export const metadata: Metadata = { title: "Sign in with e-mail" };

export default async function EmailPage() {
	if (await getSession()) redirect("/me");
	return (
		<div className="card narrow">
			<h1>Sign in with e-mail</h1>
			<EmailForm mode="sign-in" />
			<p className="aside">
				<Link href="/email/sign-up">Create an account</Link>
				<Link href="/">Use Bluesky instead</Link>
			</p>
		</div>
	);
}
