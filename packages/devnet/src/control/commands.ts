import { DevnetError } from "../errors.ts";
import { faultFromWords } from "../faults/faults.ts";
import type { Network } from "../network.ts";
import { goalOf } from "../origins/published-origins.ts";
import type { Expiring } from "../servers/tokens.ts";
import { describeNetwork } from "./describe.ts";

type Given = Record<string, unknown>;
type Command = (network: Network, given: Given) => unknown;

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
	publish: async (network, given) => {
		const origin = text(given, "origin");
		const said = text(given, "target");
		const target = /^\d+$/.test(said) ? Number(said) : said;
		// Each worker of the same tests asks for it, and one that is started after a failure, again.
		const isThere = network.published.some(
			(each) => each.origin === URL.parse(origin)?.origin && each.target === goalOf(origin, target),
		);
		if (!isThere) await network.publishOrigin(origin, target);
	},
	unpublish: async (network, given) => {
		await network.published.find(({ origin }) => origin === text(given, "origin"))?.unpublish();
	},
};

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
