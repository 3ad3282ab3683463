import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { EmailForm } from "@/components/email-form";
import { getSession } from "@/lib/session";

export const metadata: Metadata = { title: "Create an account" };

export default async function SignUpPage() {
	if (await getSession()) redirect("/me");
	return (
		<div className="card narrow">
			<div>
				<h1>Create an account</h1>
				<p className="muted">You can connect Bluesky to it afterwards.</p>
			</div>
			<EmailForm mode="sign-up" />
			<p className="aside">
				<Link href="/email">Sign in instead</Link>
			</p>
		</div>
	);
}
