import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { isValidHandle, isValidNsid, isValidRecordKey } from "@atproto/syntax";
import * as z from "zod/v4";
import { DevnetError } from "../errors.ts";
import type { Seed, SeedAccount } from "./seed-file.ts";

/** As one PDS has it: a bare name is below its domain. */
const whole = (handle: string): string =>
	(handle.includes(".") ? handle : `${handle}.test`).toLowerCase();

const picture = (what: string) =>
	z
		.string()
		.min(1)
		.optional()
		.describe(`${what}: the path of a PNG or JPEG file, from this file on`);

const RECORD = z.strictObject({
	collection: z
		.string()
		.refine(isValidNsid, "not the NSID of a collection, like xyz.statusphere.status")
		.describe("The NSID of its collection"),
	rkey: z
		.string()
		.refine(isValidRecordKey, "not a record key")
		.optional()
		.describe('Its key, such as "self"; without one it gets the next TID'),
	value: z
		.looseObject({})
		.describe("The record; `$type` is the collection unless it says otherwise"),
});

const ACCOUNT = z.strictObject({
	handle: z
		.string()
		.refine((handle) => isValidHandle(whole(handle)), "not a handle")
		.describe(
			"A whole handle, `dora.test`, or a bare name, which gets the domain of the first PDS",
		),
	password: z
		.string()
		.min(1)
		.optional()
		.describe("What it signs in with; `devnet-pass` by default"),
	email: z.string().optional().describe("Its e-mail address; `<handle>@example.com` by default"),
	emailConfirmed: z.boolean().optional().describe("Whether the PDS counts that as confirmed"),
	displayName: z.string().optional().describe("The name on its profile"),
	description: z.string().optional().describe("The text of its profile"),
	avatar: picture("Its picture"),
	banner: picture("The picture at the top of its profile"),
	posts: z.array(z.string()).optional().describe("Texts of posts, the oldest first"),
	follows: z.array(z.string()).optional().describe("Handles of people here, or DIDs"),
	records: z.array(RECORD).optional().describe("Whatever else is in its repository"),
});

const NEW_ACCOUNT = ACCOUNT.omit({ avatar: true, banner: true, follows: true, records: true });

/** What a seed file may have: the same as {@link Seed}, for JSON. */
export const SEED = z.strictObject({
	$schema: z.string().optional(),
	accounts: z.array(ACCOUNT),
}) satisfies z.ZodType<Seed>;

/** Somebody of a {@link Seed}, with the bytes of their pictures. */
type Sown = Omit<SeedAccount, "avatar" | "banner"> & {
	avatar: Uint8Array | undefined;
	banner: Uint8Array | undefined;
};

/** Someone from a seed, and where they are in it, for messages. */
export interface Row {
	at: string;
	sown: Sown;
}

/**
 * Reads a seed, a file of JSON or what would be in one, and its pictures.
 *
 * @throws {DevnetError} which has a line for each mistake in it
 */
export async function readSeed(seed: string | Seed): Promise<Row[]> {
	const file = typeof seed === "string" ? seed : undefined;
	const name = file ?? "The seed";
	const read = SEED.safeParse(file ? await parse(file) : seed);
	if (read.error) throw mistakes(name, linesOf(read.error));
	const wrong: string[] = [];
	const folder = file ? dirname(resolve(file)) : process.cwd();
	const image = async (path: string | undefined, at: string) => {
		if (path === undefined) return undefined;
		const bytes = await readFile(resolve(folder, path)).catch(() => undefined);
		if (!bytes) wrong.push(`${at}: there is no file "${path}"`);
		else if (!isPicture(bytes)) wrong.push(`${at}: "${path}" is neither a PNG nor a JPEG`);
		return bytes;
	};
	const rows: Row[] = [];
	for (const [index, { avatar, banner, ...rest }] of read.data.accounts.entries()) {
		const at = `accounts[${index}]`;
		if (
			read.data.accounts.findIndex(({ handle }) => whole(handle) === whole(rest.handle)) !== index
		)
			wrong.push(`${at}.handle: "${rest.handle}" is there twice`);
		const pictures = {
			avatar: await image(avatar, `${at}.avatar`),
			banner: await image(banner, `${at}.banner`),
		};
		rows.push({ at: `${name}: ${at}`, sown: { ...rest, ...pictures } });
	}
	if (wrong.length > 0) throw mistakes(name, wrong);
	return rows;
}

/**
 * What a new account is to be, from another process.
 *
 * @throws {DevnetError} which has a line for each mistake in it
 */
export function readAccount(given: unknown) {
	const read = NEW_ACCOUNT.safeParse(given);
	if (read.success) return read.data;
	throw mistakes("The account", linesOf(read.error));
}

const linesOf = ({ issues }: z.ZodError): string[] =>
	issues.map(({ path, message }) => `${pathText(path)}: ${message}`);

async function parse(file: string): Promise<unknown> {
	const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
		throw new DevnetError(`The seed ${file} can't be read: ${cause.message}`, { cause });
	});
	try {
		return JSON.parse(text.replace(/^\uFEFF/, ""));
	} catch (cause) {
		throw new DevnetError(`The seed ${file} is no JSON: ${(cause as Error).message}`, { cause });
	}
}

const mistakes = (name: string, lines: readonly string[]) =>
	new DevnetError(lines.map((line) => `${name}: ${line}`).join("\n"));

/** `accounts[1].follows[0]` */
const pathText = (path: readonly PropertyKey[]): string =>
	path.reduce<string>(
		(text, part) =>
			typeof part === "number" ? `${text}[${part}]` : `${text}${text && "."}${String(part)}`,
		"",
	) || "the file";

const isPicture = (bytes: Buffer): boolean =>
	bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])) ||
	bytes.subarray(0, 4).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
