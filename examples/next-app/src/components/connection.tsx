"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { authClient } from "@/lib/auth-client";

const reasons = {
	not_linked: "Not connected",
	signed_out: "Signed out",
	session_expired: "Ended by your server",
};

/** The AT Protocol session as `useBskySession()` knows it: it follows sign-outs by itself. */
export function Connection() {
	const { data, error, isPending } = authClient.useBskySession();
	const router = useRouter();
	const signedOut = !isPending && !data && !error;

	// Signed out in another tab, or somewhere else: this page has nothing left to show.
	useEffect(() => {
		if (signedOut) router.refresh();
	}, [signedOut, router]);

	if (isPending) return <p className="muted">Asking…</p>;
	if (signedOut) return <p className="muted">You are signed out.</p>;
	if (!data) return <p className="muted">Your connection could not be checked.</p>;
	return (
		<dl className="facts">
			<div>
				<dt>Session</dt>
				<dd>
					<span className={data.active ? "status on" : "status"}>
						{data.active ? "Active" : reasons[data.reason]}
					</span>
				</dd>
			</div>
			{data.handle && (
				<div>
					<dt>Handle</dt>
					<dd>@{data.handle}</dd>
				</div>
			)}
			{data.active && (
				<div>
					<dt>Granted</dt>
					<dd>
						<ul className="scopes">
							{data.grantedScope.split(" ").map((scope) => (
								<li key={scope}>
									<code>{scope}</code>
								</li>
							))}
						</ul>
					</dd>
				</div>
			)}
		</dl>
	);
}
