import { once } from "node:events";
import { request } from "node:http";
import type { Clock } from "../clock.ts";
import { milliseconds } from "../duration.ts";
import { DevnetError, NotRunningError } from "../errors.ts";
import {
	type Fault,
	type FaultInForce,
	faultFromWords,
	faultInWords,
	kindOf,
} from "../faults/faults.ts";
import type { ControlAddress, Devnet } from "../network.ts";
import type { PublishedOrigin } from "../origins/published-origins.ts";
import { type AccountOptions, knownAccount, type Person } from "../people/accounts.ts";
import type { Expiring, LiveToken } from "../servers/tokens.ts";
import type { Description } from "./describe.ts";
import { findRunning } from "./running.ts";

/** Asks a network for something, as another process. */
export async function ask<T>(
	address: ControlAddress,
	command: string,
	given: object = {},
): Promise<T> {
	const { url, headers, body } = asked(address, command, given);
	const response = await fetch(url, { method: "POST", headers, body }).catch(notRunning(address));
	const answer = (await response.json()) as { result: T; error?: string };
	if (response.ok) return answer.result;
	throw new DevnetError(answer.error ?? `The network answered ${response.status}`);
}

const asked = ({ url, token }: ControlAddress, command: string, given: object) => ({
	url: `${url}/${command}`,
	headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
	body: JSON.stringify(given),
});

const notRunning =
	({ url }: ControlAddress) =>
	(cause: unknown): never => {
		throw new NotRunningError(
			`Nothing answers at ${url}: start a network with "npx @better-auth-bsky/devnet"`,
			{ cause },
		);
	};

/**
 * The same for what is there as long as this process is, by an answer that stays open and keeps nobody
 * from ending. Gives how to let go of it earlier.
 */
async function hold(address: ControlAddress, command: string, given: object): Promise<() => void> {
	const { url, headers, body } = asked(address, command, given);
	const sent = request(url, { method: "POST", headers, agent: false }).end(body);
	const [response] = await once(sent, "response").catch(notRunning(address));
	// The network may end first.
	response.on("error", () => {});
	const [said] = await once(response, "data");
	const { error } = JSON.parse(String(said));
	if (response.statusCode !== 200) throw new DevnetError(error);
	response.socket.unref();
	return () => response.destroy();
}

/**
 * A network that another process runs: one that `bsky-devnet` has started, or `startNetwork()` with a
 * `controlPort`.
 *
 * @param url its control endpoint. Where none is given and `BSKY_DEVNET_URL` has none, it is the one
 * that runs on this machine.
 * @throws {DevnetError} when there is none, or more than one
 */
export async function attachNetwork(url?: string): Promise<Devnet> {
	const address = await findRunning(url);
	return new RemoteNetwork(address, await ask<Description>(address, "describe"));
}

class RemoteNetwork implements Devnet {
	readonly plcUrl: string;
	readonly pdsUrl: string;
	readonly appViewUrl: string | undefined;
	readonly handleResolverUrl: string;
	readonly jetstreamUrl: string;
	readonly accounts: Person[];
	readonly clock: RemoteClock;
	chromiumArgs: readonly string[];
	readonly #ask: <T>(command: string, given?: object) => Promise<T>;
	readonly #address: ControlAddress;
	/** How it lets go of what it has published. */
	readonly #held: (() => void)[] = [];

	constructor(address: ControlAddress, is: Description) {
		this.plcUrl = is.plcUrl;
		this.pdsUrl = is.pdsUrl;
		this.appViewUrl = is.appViewUrl ?? undefined;
		this.handleResolverUrl = is.handleResolverUrl;
		this.jetstreamUrl = is.jetstreamUrl;
		this.accounts = is.accounts.map(toPerson);
		this.chromiumArgs = is.chromiumArgs;
		this.#address = address;
		this.#ask = (command, given) => ask(address, command, given);
		this.clock = new RemoteClock(this.#ask, is.clockOffset);
		// Each can be handed on by itself: `handles.map(network.account)`.
		this.account = this.account.bind(this);
		this.createAccount = this.createAccount.bind(this);
	}

	account(wanted: string): Person {
		const found = this.accounts.find(({ did, handle }) => did === wanted || handle === wanted);
		if (!found) throw new DevnetError(`Nobody on this network is "${wanted}"`);
		return found;
	}

	async createAccount({
		avatar,
		banner,
		...options
	}: Omit<AccountOptions, "pds">): Promise<Person> {
		const stored = await this.#ask<Description["accounts"][number]>("createAccount", {
			...options,
			...(avatar && { avatar: Buffer.from(avatar).toString("base64") }),
			...(banner && { banner: Buffer.from(banner).toString("base64") }),
		});
		const person = toPerson(stored);
		this.accounts.push(person);
		return person;
	}

	settled(): Promise<void> {
		return this.#ask("settled");
	}

	liveTokens(account: string): Promise<LiveToken[]> {
		return this.#ask("liveTokens", { account });
	}

	revoke(account: string): Promise<void> {
		return this.#ask("revoke", { account });
	}

	expire(account: string, what?: Expiring): Promise<void> {
		return this.#ask("expire", { account, what });
	}

	async fault(server: string, fault: Fault): Promise<() => Promise<void>> {
		await this.#ask("fault", { server, fault: faultInWords(fault) });
		return () => this.clearFaults(server, kindOf(fault));
	}

	async faults(): Promise<FaultInForce[]> {
		const { faults } = await this.#ask<Description>("describe");
		return faults.flatMap(({ server, fault: words }) => {
			const fault = faultFromWords(words.split(" "));
			return fault ? [{ server, fault }] : [];
		});
	}

	clearFaults(server?: string, kind?: string): Promise<void> {
		return this.#ask("clear", { server, kind });
	}

	async publishOrigin(origin: string, target: string | number): Promise<PublishedOrigin> {
		this.#held.push(await hold(this.#address, "publish", { origin, target: String(target) }));
		const is = await this.#ask<Description>("describe");
		this.chromiumArgs = is.chromiumArgs;
		const published = is.published.find((each) => each.origin === new URL(origin).origin);
		if (!published) throw new DevnetError(`${origin} was taken back at once`);
		return { ...published, unpublish: () => this.#ask("unpublish", { origin: published.origin }) };
	}

	async close(): Promise<void> {
		for (const letGo of this.#held.splice(0)) letGo();
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.close();
	}
}

const toPerson = ({ pdsUrl, ...stored }: Description["accounts"][number]): Person =>
	knownAccount(stored, { url: pdsUrl });

class RemoteClock implements Clock {
	readonly #ask: <T>(command: string, given?: object) => Promise<T>;
	offset: number;

	constructor(ask: <T>(command: string, given?: object) => Promise<T>, offset: number) {
		this.#ask = ask;
		this.offset = offset;
	}

	async advance(by: string | number): Promise<void> {
		this.offset = await this.#ask<number>("clock", { advance: `${milliseconds(by)}ms` });
	}

	async reset(): Promise<void> {
		this.offset = await this.#ask<number>("clock");
	}
}
