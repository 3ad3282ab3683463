import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DevnetError } from "./errors.ts";

/** What one PDS must keep to find its accounts and OAuth sessions again. */
export interface PdsSettings {
	port: number;
	jwtSecret: string;
	dpopSecret: string;
	adminPassword: string;
	/** K-256 private key, hexadecimal. */
	plcRotationKey: string;
}

/** An account as it is kept: enough to sign in again. */
export interface StoredAccount {
	did: string;
	handle: string;
	password: string;
	email: string;
	/** Place of its PDS in `pdses`. */
	pds: number;
}

/** `network.json`, the one file of ours; the rest belongs to the servers. */
export interface Settings {
	version: 1;
	plcPort?: number;
	appViewPort?: number;
	handleResolverPort?: number;
	jetstreamPort?: number;
	controlPort?: number;
	pdses: PdsSettings[];
	accounts: StoredAccount[];
	/** Whether the ready-made accounts have been made. */
	seeded: boolean;
}

/** The folder of a network. */
export interface Data {
	dir: string;
	settings: Settings;
	/** Whether this folder held a network before. */
	known: boolean;
	path(...parts: string[]): string;
	save(): Promise<void>;
	/** Removes the folder if it was a temporary one. */
	release(): Promise<void>;
}

/** Opens `dir`, or makes a temporary folder that {@link Data.release} removes. */
export async function openData(dir?: string): Promise<Data> {
	const root = dir ? resolve(dir) : await mkdtemp(join(tmpdir(), "bsky-devnet-"));
	await mkdir(root, { recursive: true }).catch((cause: Error) => {
		throw new DevnetError(
			`${root} can't be the folder of a network: ${cause.message}. Name another one (--data on the command line, dataDir in startNetwork).`,
			{ cause },
		);
	});
	const file = join(root, "network.json");
	const kept = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
		if (error.code === "ENOENT") return undefined;
		throw error;
	});
	const settings: Settings = kept
		? settingsIn(kept, file)
		: { version: 1, pdses: [], accounts: [], seeded: false };
	let writing = Promise.resolve();
	return {
		dir: root,
		settings,
		known: kept !== undefined,
		path: (...parts) => join(root, ...parts),
		save() {
			const text = JSON.stringify(settings, null, "\t");
			writing = writing.then(async () => {
				await writeFile(`${file}.new`, text, { mode: 0o600 });
				await rename(`${file}.new`, file);
			});
			return writing;
		},
		async release() {
			await writing;
			if (!dir) await rm(root, { recursive: true, force: true });
		},
	};
}

function settingsIn(text: string, file: string): Settings {
	try {
		return JSON.parse(text) as Settings;
	} catch (cause) {
		throw new DevnetError(
			`${file} can't be read: ${(cause as Error).message}. Use another folder, or remove this one with all that is in it.`,
			{ cause },
		);
	}
}

/** Fresh secrets for a PDS. */
export function newPdsSecrets(): Omit<PdsSettings, "port"> {
	const secret = () => randomBytes(32).toString("hex");
	return {
		jwtSecret: secret(),
		dpopSecret: secret(),
		adminPassword: secret(),
		plcRotationKey: secret(),
	};
}
