import { resolve } from "node:path";
import type { BskyKeyUse, KeyUse } from "@better-auth-bsky/core";
import { Command } from "commander";
import { print } from "./app-process.ts";
import { EnvFile } from "./env-file.ts";
import { KEY_NAME, makeKey } from "./keygen.ts";
import { type AppOptions, loadAuth, withApp } from "./load-auth.ts";
import type { End } from "./main.ts";
import { CannotRun, exitCodes } from "./outcome.ts";

/** Published with the key that signs, and signs nothing yet. */
const NEXT_NAME = "BSKY_NEXT_PRIVATE_KEY";

/** When the next key was made: no server knows it earlier. */
const SINCE_NAME = "BSKY_NEXT_PRIVATE_KEY_SINCE";

/** Longer than servers go by the keys that they have fetched, in minutes. The reference server does for ten. */
const WAIT = 15;

/** Published with it, for the sessions that began with it. */
const OLD_NAME = "BSKY_OLD_PRIVATE_KEY";

const OPTION = `privateKey: [process.env.${KEY_NAME}, process.env.${NEXT_NAME}, process.env.${OLD_NAME}]`;

/**
 * A session that nobody uses ends so long after it was refreshed last, in milliseconds
 * (https://atproto.com/specs/oauth#tokens-and-session-lifetime: refresh tokens of confidential clients).
 */
const LONGEST_REST = 180 * 24 * 60 * 60 * 1000;

interface Options extends AppOptions {
	new?: true;
	promote?: true;
	now?: true;
	drop?: true;
	write: string;
	json?: true;
}

export const rotateCommand = (end: End): Command =>
	withApp(new Command("rotate"))
		.description("Replaces the key of an app without ending anybody's session, a step at a time.")
		.option("--new", "step 1: make the next key, which is published and signs nothing yet")
		.option("--promote", "step 2: let it sign, and keep the old one published")
		.option("--now", `with --promote: don't wait ${WAIT} minutes for servers that know older keys`)
		.option("--drop", "step 3: take the old one away, once no session needs it")
		.option("--write <file>", "the env file that the keys are in", ".env")
		.option("--json", "the keys and what needs them as JSON")
		.action(async (options: Options) => end(await rotate(options)));

async function rotate(options: Options): Promise<number> {
	const { new: begin, promote, drop } = options;
	if ([begin, promote, drop].filter(Boolean).length > 1)
		throw new CannotRun("One step at a time: --new, --promote or --drop.");
	if (options.now && !promote) throw new CannotRun("--now goes with --promote.");
	const file = EnvFile.read(resolve(options.cwd, options.write));
	const { isFine, text, json } = begin
		? addNext(file)
		: promote
			? promoteNext(file, options.now === true)
			: await ofSessions(options, drop ? file : null);
	print(options.json ? JSON.stringify(json, null, "\t") : text);
	return isFine ? exitCodes.fine : exitCodes.findings;
}

/** What became of it: for people, and with `--json` for programs. */
interface Said {
	isFine: boolean;
	text: string;
	json: object;
}

/** Takes the old key out of a file, or says what needs which key. */
async function ofSessions(options: Options, file: EnvFile | null): Promise<Said> {
	const use = await (await loadAuth(options)).api.getBskyKeyUse();
	if (file) return dropOld(file, use);
	const { keys, unreadable } = use;
	const isFine = unreadable === 0 && keys.every(({ role }) => role !== "missing");
	return { isFine, text: asText(use), json: reportOf(use) };
}

const reportOf = ({ keys, unreadable }: BskyKeyUse) => ({ keys: keys.map(withEnd), unreadable });

/** What was written, or why nothing was. */
const said = ({ path }: EnvFile, written: boolean, text: string, more: object = {}): Said => ({
	isFine: written,
	text,
	json: { written, file: path, ...more },
});

function addNext(file: EnvFile): Said {
	if (!file.get(KEY_NAME))
		throw new CannotRun(
			`There is no ${KEY_NAME} in ${file.path} to be replaced: \`npx @better-auth-bsky/cli keygen\` makes the first one.`,
		);
	if (file.get(NEXT_NAME))
		throw new CannotRun(
			`A rotation is under way: ${NEXT_NAME} is there. Deploy it, then \`npx @better-auth-bsky/cli rotate --promote\`.`,
		);
	if (file.get(OLD_NAME)) throw new CannotRun(notOver(file));
	const { text, kid } = makeKey();
	file.set(NEXT_NAME, text).replace(SINCE_NAME, new Date().toISOString()).write();
	return said(
		file,
		true,
		`${NEXT_NAME} is in ${file.path} now. Its key ID is ${kid}.\n` +
			`Once, in atprotoAuth(): ${OPTION}\n` +
			"Deploy both to every instance. A quarter of an hour later each server knows the new key: `npx @better-auth-bsky/cli rotate --promote`.",
		{ name: NEXT_NAME, kid },
	);
}

function promoteNext(file: EnvFile, isForced: boolean): Said {
	const [key, next] = [file.get(KEY_NAME), file.get(NEXT_NAME)];
	if (!key || !next)
		throw new CannotRun(
			`There is no ${NEXT_NAME} in ${file.path}: step 1 is \`npx @better-auth-bsky/cli rotate --new\`.`,
		);
	if (file.get(OLD_NAME)) throw new CannotRun(notOver(file));
	const since = file.get(SINCE_NAME);
	const minutes = since ? (Date.now() - Date.parse(since)) / 60_000 : WAIT;
	if (!(minutes >= 0) && !isForced)
		throw new CannotRun(
			`${SINCE_NAME} in ${file.path} says since when the new key is there, and ${since} is no time that has been. Write when it was deployed, as 2026-01-31T12:00:00Z; or promote it at once: \`--now\`.`,
		);
	if (minutes < WAIT && !isForced) {
		return said(
			file,
			false,
			`The new key is ${Math.floor(minutes)} minutes old. Servers go by the keys that they have fetched for some minutes, and would refuse every sign-in that it signs: promote it a quarter of an hour after its deployment. \`--now\` does it at once.`,
			{ minutes: Math.floor(minutes) },
		);
	}
	file.replace(OLD_NAME, key).replace(KEY_NAME, next).replace(NEXT_NAME, "");
	if (since) file.replace(SINCE_NAME, "");
	file.write();
	return said(
		file,
		true,
		`The new key is ${KEY_NAME} now, and the old one ${OLD_NAME}. Deploy all three to every instance.\n` +
			"Sessions that began with the old key need it: `npx @better-auth-bsky/cli rotate` says how many, and until when.",
		{ name: KEY_NAME },
	);
}

const notOver = ({ path }: EnvFile) =>
	`The last rotation isn't over: ${OLD_NAME} is in ${path}. \`npx @better-auth-bsky/cli rotate --drop\` ends it.`;

function dropOld(file: EnvFile, use: BskyKeyUse): Said {
	const { keys, unreadable } = use;
	if (!file.get(OLD_NAME)) {
		const text = `There is no ${OLD_NAME} in ${file.path}: nothing to do.`;
		return { ...said(file, false, text), isFine: true };
	}
	const needed = keys.filter((use) => use.role !== "signs" && isNeeded(use)).map(lineOf);
	if (unreadable > 0) needed.push(notReadable(unreadable));
	if (needed.length > 0) {
		const text = `${needed.join("\n")}\n${OLD_NAME} stays until then.`;
		return said(file, false, text, reportOf(use));
	}
	file.replace(OLD_NAME, "").write();
	return said(
		file,
		true,
		`Nothing that is stored needs the old key any more: ${OLD_NAME} is empty now. Deploy that.`,
		{ name: OLD_NAME },
	);
}

const isNeeded = ({ sessions, revocations }: KeyUse) => sessions + revocations > 0;

/** Who knows what those need? */
const notReadable = (count: number) =>
	`${count} of the stored sessions can't be opened with this secret, so nobody knows which key they need: ask with the secret that they were stored with.`;

const withEnd = (use: KeyUse) => ({ ...use, neededUntil: endOf(use) });

/** When the last of them has ended, if nobody uses any of them. */
const endOf = ({ lastRefreshedAt }: KeyUse): Date | null =>
	lastRefreshedAt && new Date(lastRefreshedAt.getTime() + LONGEST_REST);

function asText({ keys, unreadable }: BskyKeyUse): string {
	const lines = keys.map(lineOf);
	if (keys.length === 0 && unreadable === 0)
		lines.push("This app has no key, as on localhost, and no session needs one.");
	if (keys.some(({ role, sessions }) => role === "published" && sessions > 0))
		lines.push(
			"A session that is in use lives on with its key, until its person signs in again; one that isn't has ended by the date.",
		);
	if (unreadable > 0) lines.push(notReadable(unreadable));
	return lines.join("\n");
}

function lineOf(use: KeyUse): string {
	const { kid, role, sessions, revocations } = use;
	const day = endOf(use)?.toISOString().slice(0, 10);
	const until = day && role !== "signs" ? `, if unused until ${day} at the latest` : "";
	const needs = [
		...(sessions > 0
			? [`${sessions} ${sessions === 1 ? "session" : "sessions"} began with it${until}`]
			: []),
		...(revocations > 0
			? [revocations === 1 ? "1 revocation waits for it" : `${revocations} revocations wait for it`]
			: []),
	];
	return `${kid}  ${WORDS[role]}: ${needs.join("; ") || "nothing needs it"}`;
}

const WORDS = { signs: "signs", published: "published", missing: "not in privateKey" };
