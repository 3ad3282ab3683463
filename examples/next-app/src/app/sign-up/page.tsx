import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { EmailSignUp } from "@/components/email-forms";
import { pages } from "@/lib/product";
import { getSession } from "@/lib/session";

export const metadata: Metadata = { title: pages.signUp.title };

export default async function SignUp() {
	if (await getSession()) redirect(pages.home.path);
	return (
		<div className="card narrow">
			<h1>{pages.signUp.title}</h1>
			<EmailSignUp />
			<p>
				Have one already? <Link href={pages.landing.path}>Sign in</Link>
			</p>
		</div>
	);
}
