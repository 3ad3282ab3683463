"use client";

import { BlueskySignIn } from "@better-auth-bsky/react";
import { emojis, formatTime, homeWith, messages, pages } from "@/lib/product";
import type { FeedItem, Status } from "@/lib/statuses";
import { PostSection } from "./post-form";
import { useSetStatus } from "./use-set-status";

interface Props {
	/** Of the connection to Bluesky. */
	state: "active" | "ended" | "not-linked";
	handle: string | undefined;
	/** `null` where the person's server can't be reached. */
	history: Status[] | null;
	feed: FeedItem[];
	/** What was typed before a sign-in. */
	typed: string;
	/** Why that failed. */
	error: string | undefined;
}

export function Statuses({ state, handle, history, feed, typed: before, error }: Props) {
	const { result, saving, pending, formProps } = useSetStatus(before);
	const typed = result.typed ?? "";
	const mine = [...(saving ? [saving] : []), ...(history ?? [])];

	return (
		<>
			{state !== "active" && (
				<section className="card" aria-labelledby="connect">
					<h2 id="connect">{state === "ended" ? "Sign in to Bluesky again" : "Connect Bluesky"}</h2>
					<p>
						{state === "ended"
							? "Your server has ended the connection."
							: "Your statuses are kept in your own repository there."}
					</p>
					<BlueskySignIn
						intent={state === "ended" ? "reconnect" : "connect"}
						title={false}
						defaultValue={handle}
						callbackURL={homeWith(typed)}
						errorCallbackURL={pages.home.path}
						error={error}
					/>
				</section>
			)}
			{state !== "not-linked" && (
				<section className="card" aria-labelledby="yours">
					<h2 id="yours">Your status</h2>
					<p className="current">{mine[0]?.emoji ?? "…"}</p>
					<form {...formProps} className="emojis">
						{emojis.map((emoji) => (
							<button type="submit" key={emoji} name="emoji" value={emoji} disabled={pending}>
								{emoji}
							</button>
						))}
					</form>
					<form {...formProps} className="row">
						<label>
							Another emoji
							<input name="emoji" defaultValue={typed} key={typed} autoComplete="off" required />
						</label>
						<button type="submit" className="button primary" disabled={pending}>
							Set status
						</button>
					</form>
					<p className="error" role="alert">
						{!pending && result.error}
					</p>
				</section>
			)}
			{state === "active" && <PostSection />}
			<div className="columns">
				{state !== "not-linked" && (
					<section className="card" aria-labelledby="history">
						<h2 id="history">Your history</h2>
						{history === null && <p>{messages.unreachable}</p>}
						<ol className="list">
							{mine.map(({ uri, emoji, createdAt }) => (
								<li key={uri}>
									<span className="emoji">{emoji}</span>
									<time dateTime={createdAt}>{formatTime(createdAt)}</time>
								</li>
							))}
						</ol>
					</section>
				)}
				<section className="card" aria-labelledby="latest">
					<h2 id="latest">Everybody’s latest</h2>
					<ol className="list">
						{feed.map(({ uri, emoji, createdAt, name, handle, avatar }) => (
							<li key={uri}>
								<span className="emoji">{emoji}</span>
								{avatar && <img src={avatar} alt="" width={32} height={32} />}
								<span className="who">
									{name} {handle && <span className="muted">@{handle}</span>}
								</span>
								<time dateTime={createdAt}>{formatTime(createdAt)}</time>
							</li>
						))}
					</ol>
				</section>
			</div>
		</>
	);
}
