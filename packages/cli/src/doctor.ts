import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { print } from "./app-process.ts";
import { publishedOrigins } from "./devnet.ts";
import { lookAtApp } from "./doctor/app.ts";
import { lookAtDeployed } from "./doctor/deployed.ts";
import { asText, type Section } from "./doctor/finding.ts";
import { lookLocally } from "./doctor/local.ts";
import { lookForOlder } from "./doctor/older.ts";
import { type AppOptions, configOf, withApp } from "./load-auth.ts";
import type { End } from "./main.ts";
import { CannotRun, exitCodes, messageOf } from "./outcome.ts";

interface Options extends AppOptions {
	times: number;
	connectTo?: string;
	ca?: string;
	devnet?: true;
	json?: true;
}

export const doctorCommand = (end: End): Command =>
	withApp(new Command("doctor"))
		.description(
			"Finds what is wrong with an app, from inside and as authorization servers see it.",
		)
		.argument("[url]", "where the app is published, as https://myapp.com", webUrl)
		.option(
			"--times <number>",
			"how often a published app is asked, to meet each instance",
			count,
			5,
		)
		.option(
			"--connect-to <host:port>",
			"where a published app is reached, if not by its name",
			hostAndPort,
		)
		.option("--ca <file>", "certificates to trust for it, beside those that everybody does")
		.option("--devnet", "reach it as the local network does that has published it")
		.option("--json", "all findings as JSON")
		.action(async (url: URL | undefined, options: Options) => end(await doctor(url, options)));

function webUrl(text: string): URL {
	const url = URL.parse(text.includes("://") ? text : `https://${text}`);
	if (url && /^https?:$/.test(url.protocol)) return url;
	throw new InvalidArgumentError("It takes an address, as https://myapp.com.");
}

function hostAndPort(text: string): string {
	const isBoth = /^(?:\[[^\]]+\]|[^\s:/[\]]+):\d*[1-9]\d*$/.test(text);
	// Of a port that is none, it is no address.
	if (isBoth && URL.canParse(`http://${text}`)) return text;
	throw new InvalidArgumentError("It takes a host and a port, as 127.0.0.1:8443.");
}

function count(text: string): number {
	const times = Number(text);
	if (Number.isInteger(times) && times > 0 && times <= 100) return times;
	throw new InvalidArgumentError("It takes a number from 1 to 100.");
}

async function doctor(url: URL | undefined, options: Options): Promise<number> {
	const seen = await look(url, options);
	const sections = options.devnet ? seen.map(asOnDevnet) : seen;
	const findings = sections.flatMap((section) => section.findings);
	const looked = sections.map(({ title, note }) => ({ title, note }));
	print(options.json ? JSON.stringify({ looked, findings }, null, "\t") : asText(sections));
	const isFine = findings.every(({ level }) => level === "info");
	return isFine ? exitCodes.fine : exitCodes.findings;
}

const LOOPBACK = /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/;

async function look(url: URL | undefined, options: Options): Promise<Section[]> {
	const deployed = { times: options.times, ...(await wayTo(url, options)) };
	// No server fetches anything from there: such an app is looked at from its folder.
	const isHere = url !== undefined && LOOPBACK.test(url.hostname);
	if (isHere && !hasApp(options))
		throw new CannotRun(
			`${url.host} is on this machine, and no app is in this folder: name that of the app with --cwd.`,
		);
	// A published app can be looked at from anywhere.
	if (url && !hasApp(options)) return [await lookAtDeployed({ ...deployed, url: url.href })];
	const { sections, known } = await lookLocally({ ...options, url: url?.href });
	if (!known) return sections;
	const database = sections.find(({ title }) => title === "Database");
	database?.findings.push(...(await lookForOlder(known)));
	const app = await lookAtApp(known);
	if (app) sections.push(app);
	const { baseURL, isPublished } = known.check;
	const published = (isHere ? undefined : url?.href) ?? (isPublished ? baseURL : null);
	if (published)
		sections.push(await lookAtDeployed({ ...deployed, url: published, check: known.check }));
	return sections;
}

/** What is a hole in a network of many machines is how a local one works. */
const asOnDevnet = (section: Section): Section => ({
	...section,
	findings: section.findings.map((each) =>
		each.id === "network-allowed" ? { ...each, level: "info" } : each,
	),
});

/** How a published app is reached, where that isn't by its name. */
async function wayTo(url: URL | undefined, { devnet, connectTo, ca }: Options) {
	if (!devnet) return { connectTo, ca: ca && certificatesIn(ca) };
	const published = (await publishedOrigins()).find(({ origin }) => origin === url?.origin);
	if (!published)
		throw new CannotRun(
			`The local network hasn't published ${url?.origin ?? "any address that was named"}: \`npx @better-auth-bsky/cli devnet --publish https://my-app.dev=3000\`.`,
		);
	return { connectTo: `127.0.0.1:${published.tlsPort}`, ca: published.certificate };
}

function certificatesIn(file: string): string {
	try {
		const text = readFileSync(file, "utf8");
		if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
	} catch (error) {
		throw new CannotRun(`${file}, which --ca names, can't be read: ${messageOf(error)}.`);
	}
	throw new CannotRun(
		`${file}, which --ca names, has no certificate: each begins with -----BEGIN CERTIFICATE-----.`,
	);
}

function hasApp(options: AppOptions): boolean {
	try {
		configOf(options);
		return true;
	} catch (error) {
		if (error instanceof CannotRun && options.config === undefined) return false;
		throw error;
	}
}
