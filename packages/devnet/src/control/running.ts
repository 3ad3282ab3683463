import { chmod, lstat, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { DevnetError, NotRunningError } from "../errors.ts";
import type { ControlAddress } from "../network.ts";

/** A network that runs on this machine, as its file says. */
interface Running extends ControlAddress {
	pid: number;
}

/** Where the networks of this person say that they run, and how one speaks to them. */
const folder = (): string => join(tmpdir(), `bsky-devnet-running-${userInfo().uid}`);

const fileOf = (url: string): string => join(folder(), `${new URL(url).port}.json`);

/** Writes down that a network runs, for nobody but this person to read. Gives how to take it back. */
export async function writeRunning(address: ControlAddress): Promise<() => Promise<void>> {
	await ownFolder();
	const file = fileOf(address.url);
	await rm(file, { force: true });
	await writeFile(file, JSON.stringify({ ...address, pid: process.pid } satisfies Running), {
		mode: 0o600,
		flag: "wx",
	});
	return () => rm(file, { force: true });
}

/** Those that run, the first port first. Files of those that were killed are removed. */
async function readRunning(): Promise<ControlAddress[]> {
	const files = await readdir(folder()).catch(() => []);
	if (files.length > 0) await ownFolder();
	const found: ControlAddress[] = [];
	for (const name of files.sort()) {
		const file = join(folder(), name);
		const running = await readFile(file, "utf8")
			.then(JSON.parse)
			.catch(() => undefined);
		if (!isRunning(running)) continue;
		if (isAlive(running.pid)) found.push({ url: running.url, token: running.token });
		else await rm(file, { force: true });
	}
	return found;
}

/** Somebody else could have made it first, in a folder that everybody may write to. */
async function ownFolder(): Promise<void> {
	await mkdir(folder(), { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
		if (error.code !== "EEXIST") throw error;
	});
	if (process.platform === "win32") return;
	const { uid } = userInfo();
	const is = await lstat(folder());
	if (!is.isDirectory() || is.uid !== uid)
		throw new DevnetError(
			`${folder()} belongs to somebody else, and the token of this network would go there. Remove it, or set TMPDIR to a folder of your own.`,
		);
	if (is.mode & 0o077) await chmod(folder(), 0o700);
}

function isRunning(value: unknown): value is Running {
	if (typeof value !== "object" || value === null) return false;
	const { url, token, pid } = value as Partial<Record<keyof Running, unknown>>;
	return typeof url === "string" && typeof token === "string" && typeof pid === "number";
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}

/**
 * The network that is meant: the one at `url`, else at `BSKY_DEVNET_URL`, else the only one that runs.
 *
 * @throws {NotRunningError} where there is none
 */
export async function findRunning(
	url = process.env.BSKY_DEVNET_URL || undefined,
): Promise<ControlAddress> {
	const running = await readRunning();
	if (url !== undefined) {
		const at = url.replace(/\/$/, "");
		const token = process.env.BSKY_DEVNET_TOKEN || running.find((each) => each.url === at)?.token;
		if (token) return { url: at, token };
		throw new NotRunningError(
			`No network of yours runs at ${at}, and BSKY_DEVNET_TOKEN doesn't say how to speak to another one`,
		);
	}
	const [only, ...others] = running;
	if (!only)
		throw new NotRunningError(
			'No network runs here: start one with "npx @better-auth-bsky/devnet"',
		);
	if (others.length === 0) return only;
	throw new DevnetError(
		`More than one network runs here: say which with --at, or BSKY_DEVNET_URL: ${running.map((each) => each.url).join(", ")}`,
	);
}
