import { randomUUID } from "node:crypto";
import { copyFile, cp, mkdir, rm, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { EXAMPLE_NAMES, exampleFolder } from "@better-auth-bsky/tools/examples";
import { freePort } from "@better-auth-bsky/tools/free-port";
import { startServer } from "@better-auth-bsky/tools/server-process";
import { expect, test } from "vitest";

/** What is not of the sources: built, or the database of somebody who tried it. */
const MADE = /^(node_modules|dist|build|\.env|\.next|\.nuxt|\.output|\.svelte-kit|.*\.sqlite.*)$/;

/** A copy of an example with nothing in it but its sources, beside it: there its packages are found. */
async function freshCopy(name: (typeof EXAMPLE_NAMES)[number]) {
	const original = exampleFolder(name);
	const folder = join(dirname(original), `.${basename(original)}-${randomUUID()}`);
	await mkdir(folder);
	await cp(original, folder, {
		recursive: true,
		filter: (path) => !MADE.test(basename(path)),
	});
	await symlink(join(original, "node_modules"), join(folder, "node_modules"));
	// npm is gone before what it has started.
	const remove = () =>
		rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
	return { folder, [Symbol.asyncDispose]: remove };
}

/** The environment without what an example reads, as in a newcomer's terminal. */
const terminal = (port: number): NodeJS.ProcessEnv => {
	const own = /^(BETTER_AUTH|BSKY|ATPROTO|DATABASE_URL|HOST$|NODE_ENV|VITEST|NUXT|VITE)/;
	const kept = Object.entries(process.env).filter(([name]) => !own.test(name));
	return {
		...Object.fromEntries(kept),
		PORT: String(port),
		// The stream of the real network, which no test is to read.
		JETSTREAM_URL: "",
		NEXT_TELEMETRY_DISABLED: "1",
		NUXT_TELEMETRY_DISABLED: "1",
		BETTER_AUTH_TELEMETRY: "0",
	};
};

test.each(EXAMPLE_NAMES)(
	"cp .env.example .env && npm run dev: %s",
	async (name) => {
		await using copy = await freshCopy(name);
		await copyFile(join(copy.folder, ".env.example"), join(copy.folder, ".env"));
		const port = await freePort();
		const server = startServer(["npm", "run", "dev"], copy.folder, terminal(port));
		try {
			const url = `http://localhost:${port}/`;
			await server.answers(url);
			const page = await (await fetch(url)).text();
			expect(page).toMatch(/<form[^>]*data-part="form"/);
			expect(page).toMatch(/<input[^>]*name="username"/);
		} finally {
			await server.stop();
		}
	},
	150_000,
);
