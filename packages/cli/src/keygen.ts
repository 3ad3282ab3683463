import { createHash, generateKeyPairSync } from "node:crypto";
import { resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { withCwd } from "./cwd.ts";
import { EnvFile, isIgnored } from "./env-file.ts";
import type { End } from "./main.ts";
import { exitCodes } from "./outcome.ts";

/** The variable that the documentation has the key in. */
export const KEY_NAME = "BSKY_PRIVATE_KEY";

interface Options {
	cwd: string;
	write: string;
	name: string;
	print?: true;
	json?: true;
}

export const keygenCommand = (end: End): Command =>
	withCwd(new Command("keygen"))
		.description(
			"Makes the private key that an app has in production, and keeps it in an env file.",
		)
		.option("--write <file>", "the env file that it goes into", ".env")
		.option("--name <variable>", "the variable that it is", variable, KEY_NAME)
		.option("--print", "print the line, for a host's own secrets, and write nothing")
		.option("--json", "say what was done as JSON")
		.action((options: Options) => end(keygen(options)));

function variable(text: string): string {
	if (/^[a-z_]\w*$/i.test(text)) return text;
	throw new InvalidArgumentError(`It takes the name of a variable, as ${KEY_NAME}.`);
}

function keygen({ cwd, write, name, print, json }: Options): number {
	const key = makeKey();
	if (print) {
		process.stdout.write(
			json
				? `${JSON.stringify({ name, value: key.text, kid: key.kid })}\n`
				: `${name}=${key.text}\n`,
		);
		return exitCodes.fine;
	}
	const path = resolve(cwd, write);
	const file = EnvFile.read(path);
	if (file.get(name)) {
		const why = `${write} has a ${name} already, which stays as it is.`;
		const what =
			"To go on to a new key without ending anybody's session: `npx @better-auth-bsky/cli rotate --new`.";
		process.stdout.write(
			json ? `${JSON.stringify({ written: false, file: path, name })}\n` : `${why}\n${what}\n`,
		);
		return exitCodes.findings;
	}
	file.set(name, key.text).write();
	if (json) {
		process.stdout.write(`${JSON.stringify({ written: true, file: path, name, kid: key.kid })}\n`);
		return exitCodes.fine;
	}
	process.stdout.write(
		`${name} is in ${write} now, which only you can read. Its key ID is ${key.kid}.\n` +
			"Give the same one to every instance: paste that line into your host's secrets.\n",
	);
	if (!isIgnored(path)) {
		process.stderr.write(`Add ${write} to .gitignore: git doesn't ignore it yet.\n`);
	}
	return exitCodes.fine;
}

/** A private key in the form that goes into an environment. */
export interface MadeKey {
	/**
	 * PKCS#8 in base64url: one word without quotes, spaces, `=`, `$` or line breaks, which each env
	 * loader, shell and container reads alike.
	 */
	text: string;
	/** Its key ID: the thumbprint of RFC 7638 §3, as core makes it. */
	kid: string;
}

/** A new ES256 key (P-256), which is what AT Protocol servers take from apps. */
export function makeKey(): MadeKey {
	const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
	const { crv, kty, x, y } = publicKey.export({ format: "jwk" });
	return {
		text: privateKey.export({ format: "der", type: "pkcs8" }).toString("base64url"),
		kid: createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url"),
	};
}
