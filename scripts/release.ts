import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { checkTarball } from "@better-auth-bsky/tools/check-tarball";
import { PUBLISHED, pack } from "@better-auth-bsky/tools/pack";
import { manifestIn, restage } from "@better-auth-bsky/tools/restage";
import { requireScope, SCOPE } from "@better-auth-bsky/tools/scope";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import { OUT, type Packed, readMade, writeMade } from "./release/made.ts";
import { notesOf } from "./release/notes.ts";
import { publishHere, publishToNpm, requireReady } from "./release/publish.ts";
import { startRegistry } from "./release/registry.ts";
import { billOfMaterials, install, signIn } from "./release/try.ts";
import { hasChangesets, versionedClone } from "./release/versions.ts";

/**
 * `npm run release -- --dry-run`: builds, packs and checks what is published, publishes it to a registry on
 * this machine, installs it from there in an empty folder, and signs a person in. What is in `.changeset/`
 * gets its version in a clone. `--scope @acme` does it under another scope.
 *
 * `npm run release` publishes to npm: what a dry run has made of this commit, or else it makes it first.
 */

const { values } = parseArgs({
	options: { "dry-run": { type: "boolean", default: false }, scope: { type: "string" } },
});
const scope = values.scope ?? SCOPE;
const isDry = values["dry-run"];
try {
	await release();
} catch (error) {
	console.error(`\n${error instanceof Error ? error.message : error}`);
	process.exitCode = 1;
}

async function release(): Promise<void> {
	requireScope(scope);
	if (!isDry) await requireReady();
	const packed = (!isDry && (await readMade(scope))) || (await make());
	if (!isDry) await step("Published to npm", () => publishToNpm(packed));
	for (const { name, version } of packed) console.log(`  ${name}@${version}`);
	if (isDry) console.log("\nNothing was published. It is in .release/, with notes and an SBOM.");
}

async function make(): Promise<Packed[]> {
	await rm(OUT, { recursive: true, force: true });
	await mkdir(OUT);
	const folder = await mkdtemp(join(tmpdir(), "better-auth-bsky-release-"));
	try {
		const made = await packAll(folder);
		await tryOut(made, folder);
		await writeMade(scope, made);
		return made;
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** What is to be published, checked. */
async function packAll(folder: string): Promise<Packed[]> {
	const isNext = isDry && (await hasChangesets());
	const next = () => versionedClone(folder);
	const tree = isNext ? await step("Versions and changelogs, in a clone", next) : ROOT;
	const tarballs = await step("Built and packed", async () =>
		restage(await pack(folder), { scope, tree }, OUT),
	);
	await step("publint, are-the-types-wrong, imports", async () => {
		for (const name of PUBLISHED) await checkTarball(name, tarballs[name]);
	});
	await writeFile(join(OUT, "notes.md"), await notesOf(tree, scope));
	const { version } = await manifestIn(join(tree, "packages", "core"));
	return PUBLISHED.map((name) => {
		return { name: `${scope}/${name}`, version, tarball: basename(tarballs[name]) };
	});
}

/** Publishes it here, and uses it as whoever installs it does. */
async function tryOut(made: readonly Packed[], folder: string): Promise<void> {
	const app = join(folder, "app");
	const registry = await step("A registry on loopback", () => startRegistry(folder, scope));
	try {
		await step("Published there", () => publishHere(made, registry, folder));
		await step("Installed from it in an empty folder", () => install(app, made, registry));
	} finally {
		await registry.stop();
	}
	await step("Somebody signed up, signed in and posted", () => signIn(app, scope));
	await step("SBOM", async () => writeFile(join(OUT, "sbom.cdx.json"), await billOfMaterials(app)));
}

async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
	const start = performance.now();
	process.stdout.write(`${what} … `);
	const done = await work();
	console.log(`${((performance.now() - start) / 1000).toFixed(0)} s`);
	return done;
}
