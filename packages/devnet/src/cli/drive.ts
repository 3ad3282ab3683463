import { parseArgs } from "node:util";
import type { Description } from "../control/describe.ts";
import { ask } from "../control/remote.ts";
import { findRunning } from "../control/running.ts";
import { inWords, milliseconds } from "../duration.ts";
import { DevnetError } from "../errors.ts";
import { faultFromWords, faultInWords } from "../faults/faults.ts";
import { HABITS } from "../habits/names.ts";
import { UsageError } from "./arguments.ts";
import { HELP } from "./help.ts";
import { columns, table } from "./report.ts";

/** What a command has to say: to people, and with `--json` to programs. */
interface Said {
	text: string;
	json: unknown;
}

type Flags = ReturnType<typeof parse>["values"];
type Drive = (words: readonly string[], flags: Flags) => Promise<Said>;

/** Commands that speak to a network that runs. */
const DRIVES: Record<string, Drive> = { status, fault, expire, revoke, clock };

export const isDrive = (word: string): boolean => Object.hasOwn(DRIVES, word);

/** Does what a command says to the network that runs, and prints what became of it. */
export async function drive(word: string, argv: readonly string[]): Promise<void> {
	const { values, positionals } = parse(argv);
	const command = DRIVES[word];
	if (values.help || !command) return void process.stdout.write(HELP);
	const said = await command(positionals, values);
	process.stdout.write(`${values.json ? JSON.stringify(said.json) : said.text}\n`);
}

function parse(argv: readonly string[]) {
	try {
		return parseArgs({
			args: [...argv],
			options: {
				at: { type: "string" },
				list: { type: "boolean" },
				json: { type: "boolean" },
				help: { type: "boolean", short: "h" },
			},
			allowPositionals: true,
		});
	} catch (error) {
		throw new UsageError((error as Error).message);
	}
}

async function status(words: readonly string[], { at }: Flags): Promise<Said> {
	atMost(0, words);
	const is = await ask<Description>(await findRunning(at), "describe");
	return { text: table(is), json: is };
}

async function fault(words: readonly string[], { at, list }: Flags): Promise<Said> {
	const [server = "", ...rest] = words;
	const wanted = list ? undefined : readWish(server, rest);
	const network = await findRunning(at);
	if (!wanted) return possible(await ask<Description>(network, "describe"));
	await ask(network, wanted.command, wanted.given);
	const { faults } = await ask<Description>(network, "describe");
	return { text: faultLines(faults).join("\n"), json: { faults } };
}

/** `clear [server]`, `pds up`, `pds slow 3s`, … */
function readWish(server: string, words: readonly string[]) {
	if (server === "clear") {
		atMost(1, words);
		return { command: "clear", given: words[0] ? { server: words[0] } : {} };
	}
	if (words[0] === "up") {
		atMost(1, words);
		return { command: "clear", given: { server, kind: "down" } };
	}
	const found = understood(() => faultFromWords(words));
	if (!server || !found)
		throw new UsageError(
			'say which server, and what is to be wrong with it: "fault pds down", "fault pds slow 3s", "fault appview 500", "fault pds habit no-nonce"',
		);
	return { command: "fault", given: { server, fault: faultInWords(found) } };
}

function possible({ servers, faults }: Description): Said {
	const pds = servers.find((name) => name.startsWith("pds")) ?? "pds";
	const lines = [
		...faultLines(faults),
		"",
		`Servers: ${servers.join(", ")}`,
		"",
		"Faults:",
		"",
		...columns([
			["fault SERVER down", "it doesn't listen; up brings it back"],
			["fault SERVER slow 3s", "each answer takes so much longer"],
			["fault SERVER 500", "each answer has this status, from 400 to 599"],
			["fault PDS habit HABIT", "it behaves as another kind of server does"],
			["fault clear [SERVER]", "all is right again"],
		]),
		"",
		`Habits of a PDS (${pds}):`,
		"",
		...HABITS.map((name) => `  ${name}`),
	];
	const json = { servers, faults, kinds: ["down", "slow", "status", "habit"], habits: HABITS };
	return { text: lines.join("\n"), json };
}

async function expire(words: readonly string[], { at }: Flags): Promise<Said> {
	const [account, what = "session"] = words;
	atMost(2, words);
	if (!account) throw new UsageError('say whose session ends: "expire alice.test"');
	await ask(await findRunning(at), "expire", { account, what });
	const text = {
		session: `The sessions of ${account} have run out.`,
		"access-token": `The access tokens of ${account} have run out; a refresh brings others.`,
		"refresh-token": `The access tokens of ${account} are the last ones: a refresh is refused.`,
	}[what];
	return { text: text ?? "", json: { account, what } };
}

async function revoke(words: readonly string[], { at }: Flags): Promise<Said> {
	const [account] = words;
	atMost(1, words);
	if (!account) throw new UsageError('say whose sessions end: "revoke alice.test"');
	await ask(await findRunning(at), "revoke", { account });
	return { text: `The sessions of ${account} are revoked.`, json: { account } };
}

async function clock(words: readonly string[], { at }: Flags): Promise<Said> {
	const [by] = words;
	atMost(1, words);
	const advance = by?.replace(/^\+/, "");
	if (advance && advance !== "reset") understood(() => milliseconds(advance));
	const network = await findRunning(at);
	const offset =
		advance === undefined
			? (await ask<Description>(network, "describe")).clockOffset
			: await ask<number>(network, "clock", advance === "reset" ? {} : { advance });
	const now = new Date(Date.now() + offset).toISOString();
	return {
		text: `It is ${now} for the network, ${clockText(offset)}.`,
		json: { clockOffset: offset, now },
	};
}

const clockText = (offset: number) =>
	offset === 0 ? "as for everybody" : `${inWords(offset)} ahead of this machine`;

const faultLines = (faults: Description["faults"]): string[] =>
	faults.length === 0
		? ["Nothing is wrong with any server."]
		: ["Wrong on purpose:", "", ...columns(faults.map((each) => [each.server, each.fault]))];

/** What isn't understood is a wrong use of the command, and no refusal. */
function understood<T>(read: () => T): T {
	try {
		return read();
	} catch (error) {
		if (error instanceof DevnetError) throw new UsageError(error.message);
		throw error;
	}
}

function atMost(count: number, words: readonly string[]): void {
	if (words.length > count) throw new UsageError(`"${words[count]}" is one word too many`);
}
