import { type SignedInUser, shownEmail } from "@/lib/session";

/** Who is signed in. Images come from the person's own server, wherever that is. */
export function Profile({ user }: { user: SignedInUser }) {
	const { name, bskyHandle, bskyDid, bskyBio, bskyBanner } = user;
	const image = user.image ?? user.bskyAvatar;
	return (
		<section className="profile card" aria-labelledby="name">
			<div className="banner">{bskyBanner && <img src={bskyBanner} alt="" />}</div>
			<div className="avatar">
				{image ? (
					<img src={image} alt="" width={88} height={88} />
				) : (
					<span aria-hidden="true">{[...name.replace(/^@/, "")][0]?.toUpperCase()}</span>
				)}
			</div>
			<div className="who">
				<h1 id="name">{name}</h1>
				{bskyHandle && <p className="handle">@{bskyHandle}</p>}
				{!bskyDid && <p className="handle">{shownEmail(user)}</p>}
				{bskyBio && <p className="bio">{bskyBio}</p>}
				{bskyDid && (
					<p className="did">
						<code>{bskyDid}</code>
					</p>
				)}
			</div>
		</section>
	);
}
