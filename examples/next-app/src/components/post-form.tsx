"use client";

import { useActionState } from "react";
import { writePost } from "@/app/actions";

/** Writes a post. The form works before and without JavaScript. */
export function PostForm() {
	const [result, action, pending] = useActionState(writePost, {});
	return (
		<form action={action} aria-busy={pending}>
			<div className="field">
				<label htmlFor="text">What’s up?</label>
				<textarea
					// A new one after each post, so that it is empty again.
					key={result.posted}
					id="text"
					name="text"
					rows={3}
					maxLength={300}
					required
					defaultValue={result.text}
					aria-describedby="post-status"
				/>
			</div>
			<div className="row">
				<p className={result.error ? "error" : "muted"} id="post-status" role="status">
					{result.error ?? (result.posted ? "Posted." : "")}
				</p>
				<button className="button primary fit" type="submit" disabled={pending}>
					{pending ? "Posting…" : "Post"}
				</button>
			</div>
		</form>
	);
}
