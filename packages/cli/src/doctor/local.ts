import type { BskyCheck } from "@better-auth-bsky/core";
import { inTime } from "../app-process.ts";
import { type AppAuth, type AppOptions, loadAuth } from "../load-auth.ts";
import { CannotRun } from "../outcome.ts";
import { type Finding, finding, type Section } from "./finding.ts";

/** An app that could be loaded, and what it says of itself. */
export interface Known {
	auth: AppAuth;
	check: BskyCheck;
}

const TITLE = "Set-up";

/** Loads the app and asks it. */
export async function lookLocally(
	options: AppOptions & { url?: string | undefined },
): Promise<{ sections: Section[]; known?: Known }> {
	try {
		const auth = await loadAuth(options);
		const host = options.url && new URL(options.url).host;
		const asked = auth.api.checkBsky(host ? { headers: new Headers({ host }) } : {});
		const check = await inTime(asked, "The app");
		const found = [...check.findings.map(finding), ...beside(auth, check)];
		const note = `${check.baseURL ?? "a base URL that requests say"}, as ${check.clientId ?? "no client"}`;
		return {
			known: { auth, check },
			sections: [
				{ title: TITLE, note, findings: found.filter(({ where }) => where === "set-up") },
				{
					title: "Database",
					...(auth.options.database ? STORED : NOT_STORED),
					findings: found.filter(({ where }) => where === "database"),
				},
			],
		};
	} catch (error) {
		const why = refusal(error instanceof CannotRun ? error.cause : error);
		if (!why) throw error;
		return { sections: [{ title: TITLE, note: "the app doesn't start", findings: [why] }] };
	}
}

const STORED = { note: "its tables, and a hundred of its sessions" };

/** Better-auth keeps all in memory then, where its tables are whole. */
const NOT_STORED = {
	note: "betterAuth() has none here, so nothing was looked at. A D1 is there in its worker alone.",
	unseen: true,
} as const;

/** What keeps an app from starting, where that is a mistake that we know. */
function refusal(error: unknown): Finding | null {
	const { name, code, option, message } = Object(error);
	if (name === "BskyOptionError") {
		const [said = "", link = ""] = String(message)
			.replace(/^\[better-auth-bsky\] atprotoAuth\(.*?\): /, "")
			.split(" help=");
		const level = "error";
		return finding({
			id: "option",
			where: "set-up",
			level,
			option,
			sentence: said,
			remedy: "",
			link,
		});
	}
	if (code === "SCHEMA_MISMATCH") {
		const [, help = "Migrate: `npx auth migrate`."] = /\bhelp: (.*(?:\n +.*)*)/.exec(message) ?? [];
		return finding({
			id: "table-missing",
			where: "database",
			level: "error",
			sentence: `${sectionsOf(message).join(". ")}.`,
			remedy: help.replace(/\s+/g, " "),
		});
	}
	return null;
}

/** Of what better-auth lists below headings, a line for each. */
const sectionsOf = (message: unknown): string[] =>
	(String(message).split(/\s*\bhelp:/)[0] ?? "")
		.split(/\n\n\s*/)
		.map((part) => part.trim().replace(/\.$/, "").replace(/\n\s*/, ": ").replace(/\n\s*/g, ", "));

/** What better-auth's own options do to a sign-in by way of another site. */
function beside({ options }: AppAuth, { isPublished }: BskyCheck): Finding[] {
	const { advanced } = options;
	const found: Finding[] = [];
	const say = (id: string, level: Finding["level"], sentence: string, remedy: string) =>
		found.push(finding({ id, where: "set-up", level, sentence, remedy }));
	if (String(advanced?.defaultCookieAttributes?.sameSite).toLowerCase() === "strict")
		say(
			"cookie-strict",
			"error",
			'betterAuth() has cookies for this site alone (`sameSite: "strict"`): whoever comes back from their server comes without the one that their sign-in is known by.',
			'Write `sameSite: "lax"` in advanced.defaultCookieAttributes, or nothing.',
		);
	if (isPublished && advanced?.useSecureCookies === false)
		say(
			"cookie-insecure",
			"warn",
			"betterAuth() has cookies that go by plain http, too (`useSecureCookies: false`): whoever listens has them.",
			"Leave advanced.useSecureCookies out: by https they are secure.",
		);
	if (isPublished && advanced?.disableCSRFCheck)
		say(
			"csrf-off",
			"warn",
			"betterAuth() asks for no origin (`disableCSRFCheck: true`): any site can act as whoever is signed in here.",
			"Leave it out, and name the pages that may ask in `trustedOrigins`.",
		);
	const { disableIpTracking, ipAddressHeaders, trustedProxies } = advanced?.ipAddress ?? {};
	if (isPublished && disableIpTracking)
		say(
			"limits-off",
			"warn",
			"betterAuth() looks at no addresses (`disableIpTracking: true`), and rate limits go by them: there are none, and anybody may begin as many sign-ins as they like.",
			"Leave it out, or limit what arrives in front of the app.",
		);
	else if (isPublished && !ipAddressHeaders && !trustedProxies?.length)
		say(
			"proxy-address",
			"info",
			"Rate limits go by `x-forwarded-for`, as long as one address is in it. A proxy that hands on what visitors write there lets each choose theirs; with one that adds to it, all who come with more than one address, or with none, share one limit.",
			'Name the header that your proxy writes itself, as `advanced: { ipAddress: { ipAddressHeaders: ["cf-connecting-ip"] } }`, or its addresses, as `trustedProxies: ["10.0.0.0/24"]`.',
		);
	return found;
}
