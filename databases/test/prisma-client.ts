import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BetterAuthPlugin } from "better-auth";
import { type PrismaConfig, prismaAdapter } from "better-auth/adapters/prisma";
import { expect } from "vitest";
import { generated } from "./generated.ts";

const PRISMA = createRequire(import.meta.url).resolve("prisma/build/index.js");

/** What `prisma` says. It asks nobody for news, and takes any program for the engine that it would get. */
async function prisma(folder: string, ...args: string[]): Promise<string> {
	const env = {
		...process.env,
		CHECKPOINT_DISABLE: "1",
		PRISMA_HIDE_UPDATE_MESSAGE: "1",
		PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
	};
	const { stdout } = await promisify(execFile)(process.execPath, [PRISMA, ...args], {
		cwd: folder,
		env,
	});
	return stdout;
}

/** The client that comes of the schema for an app with these plugins, too. It is below a folder. */
export async function generateClient(
	folder: string,
	provider: PrismaConfig["provider"],
	plugins: BetterAuthPlugin[] = [],
): Promise<string> {
	writeFileSync(join(folder, "package.json"), '{ "dependencies": { "prisma": "^7.0.0" } }');
	const file = join(folder, "schema.prisma");
	const code = await generated({ database: prismaAdapter({}, { provider }), plugins }, file);
	writeFileSync(file, code.replace('"prisma-client"', '"prisma-client"\n output = "client"'));
	expect(await prisma(folder, "validate", "--schema", file)).toContain("is valid");
	await prisma(folder, "generate", "--schema", file);
	return join(folder, "client/client.ts");
}
