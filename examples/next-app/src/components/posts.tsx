import { isAPIError } from "better-auth/api";
import { listPosts, type Post } from "@/lib/posts";
import { BlueskyForm } from "./bluesky-form";
import { PostForm } from "./post-form";

/** The person's posts, and a form to write one; or why there are none to be had. */
export async function Posts({ handle }: { handle: string | undefined }) {
	let posts: Post[];
	try {
		posts = await listPosts();
	} catch (error) {
		return <NoPosts code={isAPIError(error) ? error.body?.code : undefined} handle={handle} />;
	}
	return (
		<>
			<section className="card" aria-label="Write a post">
				<PostForm />
			</section>
			<section className="card" aria-labelledby="posts">
				<h2 id="posts">Your posts</h2>
				{posts.length === 0 && <p className="muted">Nothing yet. Your first post will be here.</p>}
				<ol className="posts">
					{posts.map(({ uri, text, createdAt }) => (
						<li key={uri}>
							<p>{text}</p>
							<time dateTime={createdAt}>{formatDate(createdAt)}</time>
						</li>
					))}
				</ol>
			</section>
		</>
	);
}

function NoPosts({ code, handle }: { code: string | undefined; handle: string | undefined }) {
	if (code === "SESSION_EXPIRED")
		return (
			<section className="card" aria-labelledby="again">
				<h2 id="again">Sign in to Bluesky again</h2>
				<p>Your server has ended the connection. Your posts are back once you sign in again.</p>
				<BlueskyForm
					label="Sign in again"
					handle={handle}
					callbackURL="/me"
					errorCallbackURL="/me"
				/>
			</section>
		);
	return (
		<section className="card" aria-labelledby="posts">
			<h2 id="posts">Your posts</h2>
			<p className="muted">Your server can’t be reached right now. Please try again later.</p>
		</section>
	);
}

/** Rendered on the server, so in one time zone for everybody, and it says which. */
function formatDate(date: string): string {
	const time = new Date(date);
	if (Number.isNaN(time.getTime())) return "";
	return new Intl.DateTimeFormat("en", {
		dateStyle: "medium",
		timeStyle: "short",
		timeZone: "UTC",
	})
		.format(time)
		.concat(" UTC");
}
