import type { AtpAgent } from "@atproto/api";
import { toDatetimeString } from "@atproto/syntax";
import type { StoredAccount } from "../data.ts";
import { DEFAULT_PASSWORD } from "../defaults.ts";
import { DevnetError } from "../errors.ts";
import { serverOf } from "../servers/handle-resolver.ts";
import type { Pds } from "../servers/pds.ts";

/** A new account and what it starts with. */
export interface AccountOptions {
	/**
	 * A whole handle under a domain of the network (`dora.test`, `dora.pds2.test`), or a bare name,
	 * which gets the domain of `pds`.
	 */
	handle: string;
	/** What it signs in with. @default DEFAULT_PASSWORD */
	password?: string | undefined;
	/** Its e-mail address. @default `<handle>@example.com` */
	email?: string | undefined;
	/** Whether the PDS counts the e-mail address as confirmed. @default false */
	emailConfirmed?: boolean | undefined;
	/** The name on its profile. */
	displayName?: string | undefined;
	/** The text of its profile. */
	description?: string | undefined;
	/** Its picture: PNG or JPEG bytes. */
	avatar?: Uint8Array | undefined;
	/** The picture at the top of its profile: PNG or JPEG bytes. */
	banner?: Uint8Array | undefined;
	/** Texts of posts, the oldest first. */
	posts?: readonly string[] | undefined;
	/** Where it lives. @default the server whose domain the handle is under, else the first */
	pds?: Pds | undefined;
}

/** Somebody on the network. */
export interface Person {
	did: string;
	handle: string;
	password: string;
	email: string;
	/** Where they live. */
	pds: { url: string };
	/** An agent signed in with the password, to act as this account. The same one at every call. */
	agent(): Promise<AtpAgent>;
}

/** Somebody on a network in this process. */
export interface Account extends Person {
	pds: Pds;
}

/** Makes an account at its PDS with a profile and posts. */
export async function createAccount(
	options: AccountOptions,
	pdses: readonly Pds[],
): Promise<Account> {
	const { handle, pds } = place(options, pdses);
	const { password = DEFAULT_PASSWORD, email = `${handle}@example.com` } = options;
	const { AtpAgent } = await import("@atproto/api");
	const agent = new AtpAgent({ service: pds.url });
	const { data } = await agent.createAccount({ handle, email, password });
	if (options.emailConfirmed)
		await pds.server.ctx.accountManager.db.db
			.updateTable("account")
			.set({ emailConfirmedAt: toDatetimeString(new Date()) })
			.where("did", "=", data.did)
			.execute();
	await writeProfile(agent, options);
	const posts = options.posts ?? [];
	// A minute apart and all in the past, so that they have one order everywhere.
	for (const [index, text] of posts.entries())
		await agent.post({
			text,
			createdAt: new Date(Date.now() - (posts.length - index) * 60_000).toISOString(),
		});
	return { did: data.did, handle, password, email, pds, agent: async () => agent };
}

/** An account that was made in an earlier run, or by another process. */
export function knownAccount<Home extends { url: string }>(
	stored: Omit<StoredAccount, "pds">,
	pds: Home,
): Person & { pds: Home } {
	const { did, handle, password, email } = stored;
	let signedIn: Promise<AtpAgent> | undefined;
	const signIn = async () => {
		const { AtpAgent } = await import("@atproto/api");
		const agent = new AtpAgent({ service: pds.url });
		await agent.login({ identifier: did, password });
		return agent;
	};
	return {
		did,
		handle,
		password,
		email,
		pds,
		agent: () => {
			signedIn ??= signIn().catch((error) => {
				signedIn = undefined;
				throw error;
			});
			return signedIn;
		},
	};
}

function place(
	{ handle, pds }: AccountOptions,
	pdses: readonly Pds[],
): { handle: string; pds: Pds } {
	const whole = handle.includes(".");
	const home = pds ?? (whole ? serverOf(handle, pdses) : pdses[0]);
	if (home) return { handle: whole ? handle : `${handle}${home.handleDomain}`, pds: home };
	const domains = pdses.map(({ handleDomain }) => handleDomain).join(", ");
	throw new DevnetError(`No server of this network takes the handle "${handle}": use ${domains}`);
}

async function writeProfile(agent: AtpAgent, options: AccountOptions): Promise<void> {
	const { displayName, description, avatar, banner } = options;
	if (!displayName && !description && !avatar && !banner) return;
	const upload = async (image: Uint8Array | undefined) => {
		if (!image) return undefined;
		const encoding = image[0] === 0xff ? "image/jpeg" : "image/png";
		return (await agent.uploadBlob(image, { encoding })).data.blob;
	};
	const pictures = { avatar: await upload(avatar), banner: await upload(banner) };
	const profile = { displayName, description, ...pictures, createdAt: new Date().toISOString() };
	await agent.upsertProfile(() => withoutUndefined(profile));
}

/** The lexicon knows absent fields, not undefined ones. */
const withoutUndefined = <T extends object>(record: T) =>
	Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
		[Field in keyof T]: Exclude<T[Field], undefined>;
	};
