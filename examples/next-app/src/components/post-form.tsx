"use client";

import { BlueskyScopeGate, useBskyAgent } from "@better-auth-bsky/react";
import { type ChangeEvent, type SubmitEvent, useState } from "react";
import { collections, linkTo, messages, postForm, postScope, problemWith } from "@/lib/product";
import { readDraft, sendPost, sentenceOf } from "@/lib/repo";

/** Posts by itself, so nobody needs to see it who has no JavaScript. */
export function PostSection() {
	return (
		<section className="card scripted" aria-labelledby="post">
			<h2 id="post">{postForm.title}</h2>
			<BlueskyScopeGate scope={postScope}>
				<PostForm />
			</BlueskyScopeGate>
		</section>
	);
}

function PostForm() {
	const agent = useBskyAgent();
	const [text, setText] = useState("");
	const [isSending, setIsSending] = useState(false);
	/** How much of the picture has left, from 0 to 1. */
	const [sent, setSent] = useState<number | null>(null);
	const [error, setError] = useState<string>();
	const [uri, setUri] = useState<string>();

	async function check({ currentTarget: { form } }: ChangeEvent<HTMLInputElement>) {
		if (form) setError(problemWith(await readDraft(form)));
	}

	async function submit(event: SubmitEvent<HTMLFormElement>) {
		event.preventDefault();
		if (!agent || isSending) return;
		const form = event.currentTarget;
		setIsSending(true);
		setUri(undefined);
		try {
			const draft = await readDraft(form);
			const problem = problemWith(draft);
			setError(problem);
			if (problem) return;
			const progress = ({ loaded, total }: { loaded: number; total: number }) =>
				setSent(loaded / total);
			setUri(await sendPost(agent, collections.post, draft, progress));
			form.reset();
			setText("");
		} catch (failure) {
			setError(sentenceOf(failure, messages.notPosted));
		} finally {
			setSent(null);
			setIsSending(false);
		}
	}

	return (
		// Before its script is there, a form with this method goes nowhere.
		<form className="stack" method="dialog" onSubmit={submit}>
			<label>
				{postForm.text}
				<textarea
					name="text"
					rows={3}
					aria-describedby="post-left"
					onChange={({ currentTarget }) => setText(currentTarget.value)}
				/>
			</label>
			<p id="post-left" className="muted">
				{postForm.left(text)}
			</p>
			<label>
				{postForm.picture}
				<input
					name="picture"
					type="file"
					accept="image/*"
					aria-describedby="post-picture"
					onChange={check}
				/>
			</label>
			<p id="post-picture" className="muted">
				{postForm.pictureHint}
			</p>
			<label>
				{postForm.alt}
				<input name="alt" autoComplete="off" />
			</label>
			{sent !== null && <progress aria-label={postForm.progress} value={sent} />}
			<p className="error" role="alert">
				{error}
			</p>
			<button type="submit" className="button primary" aria-disabled={isSending || undefined}>
				{postForm.submit}
			</button>
			<p role="status">
				{isSending && messages.posting}
				{uri && (
					<>
						{messages.posted} <a href={linkTo(uri)}>{postForm.link}</a>
					</>
				)}
			</p>
		</form>
	);
}
