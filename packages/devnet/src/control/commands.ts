import { DevnetError } from "../errors.ts";
import { faultFromWords } from "../faults/faults.ts";
import type { Network } from "../network.ts";
import { goalOf, type PublishedOrigin } from "../origins/published-origins.ts";
import type { Expiring } from "../servers/tokens.ts";
import { describeNetwork } from "./describe.ts";

type Given = Record<string, unknown>;
/** Has something done once whoever asks has gone; until then the answer isn't over. */
export type WhenGone = (then: () => void) => void;
type Command = (network: Network, given: Given, whenGone: WhenGone) => unknown;

/** What other processes may ask of a network. */
export const COMMANDS: Record<string, Command> = {
	describe: describeNetwork,
	settled: (network) => network.settled(),
	liveTokens: (network, given) => network.liveTokens(someone(network, given)),
	revoke: (network, given) => network.revoke(someone(network, given)),
	expire: (network, given) => network.expire(someone(network, given), expiring(given.what)),
	createAccount: async (network, { avatar, banner, ...given }) => {
		const { readAccount } = await import("../people/read-seed.ts");
		const options = { ...readAccount(given), avatar: bytes(avatar), banner: bytes(banner) };
		const { did, handle, password, email, pds } = await network.createAccount(options);
		return { did, handle, password, email, pdsUrl: pds.url };
	},
	fault: async (network, given) => {
		const words = text(given, "fault").split(" ");
		const fault = faultFromWords(words);
		if (!fault) throw new DevnetError(`"${words.join(" ")}" is no fault`);
		await network.fault(text(given, "server"), fault);
	},
	clear: (network, given) =>
		network.clearFaults(
			given.server === undefined ? undefined : text(given, "server"),
			given.kind === undefined ? undefined : text(given, "kind"),
		),
	clock: async ({ clock }, { advance }) => {
		await (advance === undefined ? clock.reset() : clock.advance(text({ advance }, "advance")));
		return clock.offset;
	},
	publish: async (network, given, whenGone) => {
		const origin = text(given, "origin");
		const said = text(given, "target");
		const target = /^\d+$/.test(said) ? Number(said) : said;
		// Each worker of the same tests asks for it, and one that is started after a failure, again.
		const there = network.published.find(
			(each) => each.origin === URL.parse(origin)?.origin && each.target === goalOf(origin, target),
		);
		const published = there ?? (await network.publishOrigin(origin, target));
		if (!there || USERS.has(there)) whenGone(useOf(published));
	},
	unpublish: async (network, given) => {
		await network.published.find(({ origin }) => origin === text(given, "origin"))?.unpublish();
	},
};

/** How many other processes have published an origin: none of what the network has published itself. */
const USERS = new WeakMap<PublishedOrigin, number>();

/** Counts one more, and gives how one less is counted. The last one takes the origin back. */
function useOf(published: PublishedOrigin): () => void {
	const count = (by: number) => {
		const users = (USERS.get(published) ?? 0) + by;
		USERS.set(published, users);
		return users;
	};
	count(1);
	return () => {
		if (count(-1) === 0) void published.unpublish();
	};
}

const EXPIRING: readonly Expiring[] = ["session", "access-token", "refresh-token"];

function expiring(given: unknown): Expiring {
	const what = EXPIRING.find((each) => each === (given ?? "session"));
	if (what) return what;
	throw new DevnetError(`What can run out is ${EXPIRING.join(", ")}, not "${given}"`);
}

const someone = (network: Network, given: Given): string =>
	network.account(text(given, "account")).did;

const bytes = (base64: unknown): Uint8Array | undefined =>
	typeof base64 === "string" ? Buffer.from(base64, "base64") : undefined;

function text(given: Given, name: string): string {
	const value = given[name];
	if (typeof value === "string") return value;
	throw new DevnetError(`"${name}" must be a text`);
}
