import type { Account } from "@better-auth-bsky/devnet";
import {
	collections,
	linkTo,
	messages,
	postForm,
} from "@better-auth-bsky/example-next-app/src/lib/product.ts";
import { approve } from "@better-auth-bsky/tools/pds-pages";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import {
	alert,
	atHome,
	history,
	POLL,
	pick,
	recordsOf,
	section,
	signInQuickly,
	statusesOf,
	switchTo,
} from "../actions.ts";
import { noise } from "../noise.ts";
import type { Suite } from "../suite.ts";
import { atHand, listen } from "../traffic.ts";

/** What a page writes by itself, as one account and another. */
export function posting(suite: Suite): void {
	const { visit, world } = suite;

	visit(
		"posts a picture as one account, sets a status as another, and holds no token",
		async (page) => {
			const { app } = suite;
			const { createAccount } = world.network;
			const uma = await createAccount({ handle: `uma-${app.name}.test` });
			const vic = await createAccount({ handle: `vic-${app.name}.pds2.test` });
			const traffic = listen(page, app);
			await signInQuickly(page, app, vic);
			await signInQuickly(page, app, uma);
			await switchTo(page, uma);

			const post = section(page, postForm.title);
			await post.getByRole("button", { name: "Allow" }).click();
			await approve(page, uma.password);
			await atHome(page, app);
			const picture = noise(640, 400);
			const progress = await watchProgress(page);
			await writePost(page, picture);
			await post.getByRole("status").getByText(messages.posted).waitFor();
			expect((await progress()).at(-1)).toBe(1);
			const uri = await theirPost(uma, picture);
			const link = post.getByRole("link", { name: postForm.link });
			expect(await link.getAttribute("href")).toBe(linkTo(uri));

			await switchTo(page, vic);
			await post.getByRole("button", { name: "Allow" }).waitFor();
			await pick(page, "🎧");
			await history(page).filter({ hasText: "🎧" }).waitFor();
			await expect.poll(() => statusesOf(vic), POLL).toEqual(["🎧"]);
			expect(await statusesOf(uma)).toEqual([]);
			expect(await recordsOf(vic, collections.post)).toEqual([]);

			await switchTo(page, uma);
			await post.getByLabel(postForm.text).waitFor();
			await history(page).waitFor({ state: "detached" });
			expect(traffic.count("/api/auth/bsky/upgrade"), "asked once").toBe(1);

			const live = [uma, vic].map(({ did }) => world.network.liveTokens(did));
			const tokens = (await Promise.all(live))
				.flat()
				.flatMap(({ tokenId, currentRefreshToken }) => [tokenId, String(currentRefreshToken)]);
			expect(tokens).toHaveLength(4);
			const texts = [await atHand(page), ...(await traffic.texts())];
			expect(texts.some((text) => text.includes("/api/auth/bsky/xrpc/"))).toBe(true);
			for (const text of texts) {
				expect(text).not.toMatch(TOKEN);
				for (const token of tokens) expect(text).not.toContain(token);
			}
		},
	);
}

/** A JWT, the reference server's other tokens, or the headers and the word that go with them. */
const TOKEN = /\beyJ[\w-]+\.[\w-]+\.|\b(?:ref|tok)-[\da-f]{16}|"authorization":|dpop/i;

/** Every share of a picture that the page says has been sent. */
async function watchProgress(page: Page): Promise<() => Promise<number[]>> {
	const seen = await page.evaluateHandle(() => {
		const shares: number[] = [];
		new MutationObserver(() => {
			const shown = document.querySelector("progress");
			if (shown) shares.push(shown.value);
		}).observe(document.body, { subtree: true, childList: true, attributes: true });
		return shares;
	});
	return () => seen.jsonValue();
}

/** Writes a post and sends it with the keyboard, after all that may be wrong with one. */
async function writePost(page: Page, picture: Buffer): Promise<void> {
	const post = section(page, postForm.title);
	const text = post.getByLabel(postForm.text);
	const file = post.getByLabel(postForm.picture, { exact: true });
	const choose = (buffer: Buffer) =>
		file.setInputFiles({ name: "noise.png", mimeType: "image/png", buffer });
	await post.getByRole("button", { name: postForm.submit }).press("Enter");
	await alert(page, messages.nothingToPost).waitFor();
	await choose(Buffer.alloc(2_000_001));
	await alert(page, messages.pictureTooLarge).waitFor();
	await choose(Buffer.from("not a picture"));
	await alert(page, messages.pictureUnreadable).waitFor();
	await text.fill("🏳️‍🌈".repeat(301));
	await choose(picture);
	await alert(page, messages.tooLong).waitFor();
	await text.fill("What I hear");
	await post.getByText(postForm.left("What I hear")).waitFor();
	await post.getByLabel(postForm.alt).fill("Noise");
	await post.getByLabel(postForm.alt).press("Enter");
}

/** The only post of an account is what was sent, with every byte of the picture; returns its address. */
async function theirPost({ did, pds }: Account, picture: Buffer): Promise<string> {
	const query = new URLSearchParams({ repo: did, collection: collections.post });
	const listed = await fetch(`${pds.url}/xrpc/com.atproto.repo.listRecords?${query}`);
	const { records } = await listed.json();
	expect(records).toHaveLength(1);
	const [{ uri, value }] = records;
	expect(value).toMatchObject({
		text: "What I hear",
		embed: {
			$type: "app.bsky.embed.images",
			images: [
				{
					alt: "Noise",
					aspectRatio: { width: 640, height: 400 },
					image: { mimeType: "image/png", size: picture.length },
				},
			],
		},
	});
	const cid = value.embed.images[0].image.ref.$link;
	const blob = await fetch(
		`${pds.url}/xrpc/com.atproto.sync.getBlob?${new URLSearchParams({ did, cid })}`,
	);
	expect(Buffer.from(await blob.arrayBuffer()).equals(picture)).toBe(true);
	return uri;
}
