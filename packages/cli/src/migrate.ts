import { resolve } from "node:path";
import { Command, Option } from "commander";
import { inTime, print } from "./app-process.ts";
import { type AppAuth, type AppOptions, type LoadedApp, loadApp, withApp } from "./load-auth.ts";
import type { End } from "./main.ts";
import { ofFile } from "./migrate/file.ts";
import type { OldPerson, Source } from "./migrate/person.ts";
import { ofBetterAuthAtproto, ofBetterAuthBsky } from "./migrate/tables.ts";
import { CannotRun, exitCodes, messageOf } from "./outcome.ts";

const SOURCES = ["better-auth-bsky@0.1", "better-auth-atproto@0.1", "oauth-client-node"] as const;

interface Options extends AppOptions {
	from: (typeof SOURCES)[number];
	file?: string;
	clientId?: string;
	sessions: boolean;
	apply?: true;
	json?: true;
}

export const migrateCommand = (end: End): Command =>
	withApp(new Command("migrate"))
		.description(
			"Brings people and their sessions over from an older plugin, or from code of your own.",
		)
		.addOption(
			new Option("--from <source>", "what has signed people in until now")
				.choices(SOURCES)
				.makeOptionMandatory(),
		)
		.option("--file <file>", "for oauth-client-node: people as JSON, one a line")
		.option("--client-id <url>", "the `client_id` that older sessions began as")
		.option("--no-sessions", "bring people over without their sessions")
		.option("--apply", "do it; without it, what would be done is shown and nothing is written")
		.option("--json", "what becomes of each as JSON")
		.action(async (options: Options) => end(await migrate(options)));

/** What becomes of somebody. */
interface Outcome {
	did: string;
	/** Null where one is made. */
	userId: string | null;
	session: "goes on" | "none" | "can't be used";
	done: boolean;
	/** Why something can't be, for whoever runs this. */
	why?: string;
}

async function migrate(options: Options): Promise<number> {
	if (options.file && options.from !== "oauth-client-node")
		throw new CannotRun(
			`People of ${options.from} are in the app's own tables, and --file is for oauth-client-node.`,
		);
	// What is named is below where the command was typed; the app's folder is where it goes on.
	const file = options.file && resolve(options.file);
	const app = await loadApp(options);
	// An app without its tables says so once, and not of each.
	await inTime(app.auth.api.checkBsky(), "The app");
	const outcomes: Outcome[] = [];
	for await (const person of sourceOf({ ...options, ...(file && { file }) }, app))
		outcomes.push(await bring(app.auth, person, options));
	const isApplied = options.apply === true;
	print(
		options.json
			? JSON.stringify({ applied: isApplied, people: outcomes }, null, "\t")
			: asText(outcomes, isApplied),
	);
	const isDone = outcomes.every(({ done }) => done);
	return isDone ? exitCodes.fine : exitCodes.findings;
}

function sourceOf(
	{ from, file, clientId, sessions }: Options,
	{ auth, adapterWith }: LoadedApp,
): Source {
	if (from === "better-auth-atproto@0.1") return ofBetterAuthAtproto(auth);
	if (from === "better-auth-bsky@0.1") {
		const { baseURL } = auth.options;
		const usual = typeof baseURL === "string" ? `${mountOf(baseURL)}${OLD_DOCUMENT}` : undefined;
		const client = clientId ?? usual;
		if (client || !sessions) return ofBetterAuthBsky(auth, adapterWith, client, sessions);
		throw new CannotRun("Say which client the sessions began as: `--client-id https://…`.");
	}
	if (file !== undefined) return ofFile(file, clientId);
	throw new CannotRun(
		"Say who there is, in a file with a JSON object a line: `--file people.jsonl`. The README of this command has an example.",
	);
}

/** Where `better-auth-bsky` 0.1 had its client metadata, below better-auth's base URL. */
const OLD_DOCUMENT = "/oauth-client-metadata.json";

function mountOf(baseURL: string): string {
	const { origin, pathname } = new URL(baseURL);
	return `${origin}${pathname === "/" ? "/api/auth" : pathname.replace(/\/$/, "")}`;
}

async function bring(auth: AppAuth, person: OldPerson, options: Options): Promise<Outcome> {
	const { did } = person;
	const session = options.sessions ? person.session : undefined;
	const isApplied = options.apply === true;
	try {
		const { userId, why } = await withUser(auth, person, isApplied, (id) =>
			tryBoth(auth, { did, userId: id, session, dryRun: !isApplied }),
		);
		if (isApplied && why === null) await person.forget();
		const outcome = session === undefined ? "none" : why === null ? "goes on" : "can't be used";
		return { did, userId, session: outcome, done: why === null, ...(why !== null && { why }) };
	} catch (error) {
		return { did, userId: null, session: "none", done: false, why: messageOf(error) };
	}
}

/** With the user whose it is, or one who is made for it, and who goes where it isn't theirs after all. */
async function withUser(
	auth: AppAuth,
	person: OldPerson,
	isApplied: boolean,
	run: (userId: string) => Promise<string | null>,
): Promise<{ userId: string | null; why: string | null }> {
	const known = person.userId ?? (await ownerOf(auth, person.did));
	if (known !== null) return { userId: known, why: await run(known) };
	if (!isApplied) return { userId: null, why: await asNobody(auth, run) };
	const userId = await newUser(auth, person);
	try {
		return { userId, why: await run(userId) };
	} catch (error) {
		await (await auth.$context).internalAdapter.deleteUser(userId);
		throw error;
	}
}

/** Runs what looks at somebody who has no user yet, and writes nothing, with one who is nowhere stored. */
async function asNobody<T>({ $context }: AppAuth, run: (userId: string) => Promise<T>): Promise<T> {
	const { internalAdapter } = await $context;
	const { findUserById } = internalAdapter;
	const now = new Date();
	const nobody = { id: "nobody", name: "", email: "", emailVerified: false };
	internalAdapter.findUserById = async () => ({ ...nobody, createdAt: now, updatedAt: now });
	try {
		return await run(nobody.id);
	} finally {
		internalAdapter.findUserById = findUserById;
	}
}

interface Body {
	did: string;
	userId: string;
	session: OldPerson["session"];
	dryRun: boolean;
}

/** With the session, or without one that can't be used: why not, then; null where all is well. */
async function tryBoth(auth: AppAuth, { session, ...body }: Body): Promise<string | null> {
	const without = () => auth.api.importBskyAccount({ body });
	if (!session) {
		await without();
		return session === null ? "What is stored of the session is no JSON." : null;
	}
	try {
		await auth.api.importBskyAccount({ body: { ...body, session } });
		return null;
	} catch (error) {
		if (Object(Object(error).body).code !== "INVALID_SESSION") throw error;
		await without();
		return messageOf(error);
	}
}

/** Whose a DID is already: as any of their accounts, or by the column of the primary one. */
async function ownerOf({ $context }: AppAuth, did: string): Promise<string | null> {
	const { adapter } = await $context;
	const account = await adapter.findOne<{ userId: string | null }>({
		model: "bskyAccount",
		where: [{ field: "did", value: did }],
	});
	if (account?.userId) return account.userId;
	const where = [{ field: "bskyDid", value: did }];
	return (await adapter.findOne<{ id: string }>({ model: "user", where }))?.id ?? null;
}

async function newUser({ $context }: AppAuth, { did, handle }: OldPerson): Promise<string> {
	const { internalAdapter } = await $context;
	const email = `${crypto.randomUUID().replaceAll("-", "")}@bsky.placeholder.invalid`;
	const user = { name: handle || did, email, emailVerified: false, bskyDid: did };
	const oauth = { providerId: "bsky", profile: { did, handle } };
	return (await internalAdapter.createUser(user, { method: "oauth", oauth })).id;
}

/** So many are shown one by one. */
const SHOWN = 20;

function asText(outcomes: readonly Outcome[], isApplied: boolean): string {
	if (outcomes.length === 0) return "Nobody is left to be brought over.";
	const failed = outcomes.filter(({ done }) => !done);
	const shown = [...failed, ...outcomes.filter(({ done }) => done)].slice(0, SHOWN);
	const rest = outcomes.length - shown.length;
	const going = outcomes.filter(({ session }) => session === "goes on").length;
	const people = outcomes.length === 1 ? "1 person" : `${outcomes.length} people`;
	const total = `${people}, ${going} with a session that goes on, ${failed.length} with something that can't be.`;
	return [
		...shown.map(line),
		...(rest > 0 ? [`… and ${rest} more`] : []),
		"",
		total,
		isApplied
			? "Done. It may be run again: who is there already stays as they are."
			: "Nothing was written. `--apply` does it.",
	].join("\n");
}

const line = ({ did, userId, session, why }: Outcome) =>
	`${did}  ${userId ? `user ${userId}` : "a new user"}, session: ${session}${why ? `\n    ${why}` : ""}`;
