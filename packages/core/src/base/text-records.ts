import { isObject } from "./is-object.ts";
import { isNoRecord, nameServers } from "./name-servers.ts";
import { unlessAborted } from "./within.ts";

/** Longest name that can be looked up (RFC 1035 §2.3.4), without the dot at its end. */
const MAX_NAME = 253;

/** How a runtime without name servers of its own asks for them. */
export interface DnsOverHttps {
	/** A service that answers in JSON, as Cloudflare's and Google's do. */
	url: string | URL;
	fetch: typeof globalThis.fetch;
}

/**
 * The TXT records of a name; none where there is no such name.
 *
 * @throws where no name server could tell
 */
export async function textRecords(
	name: string,
	signal: AbortSignal,
	instead: DnsOverHttps,
): Promise<string[]> {
	if (name.length > MAX_NAME) return [];
	const servers = nameServers(signal);
	if (!servers) return askOverHttps(name, signal, instead);
	try {
		const records = await unlessAborted(signal, servers.resolveTxt(name));
		return records.map((parts) => parts.join(""));
	} catch (error) {
		if (isNoRecord(error)) return [];
		throw error;
	}
}

/** RFC 1035 §3.2.2, §4.1.1 */
const [TXT, NO_ERROR, NO_SUCH_NAME] = [16, 0, 3];

/** @see https://developers.google.com/speed/public-dns/docs/doh/json */
async function askOverHttps(
	name: string,
	signal: AbortSignal,
	{ url, fetch }: DnsOverHttps,
): Promise<string[]> {
	const query = new URL(url);
	query.searchParams.set("name", name);
	query.searchParams.set("type", "TXT");
	const response = await fetch(query, { headers: { accept: "application/dns-json" }, signal });
	const body: unknown = await response.json();
	if (!response.ok || !isObject(body)) throw new Error("Not an answer about a name");
	if (body.Status === NO_SUCH_NAME) return [];
	if (body.Status !== NO_ERROR) throw new Error(`The name server says ${body.Status}`);
	const answers: unknown[] = Array.isArray(body.Answer) ? body.Answer : [];
	return answers.flatMap((answer) =>
		isObject(answer) && answer.type === TXT && typeof answer.data === "string"
			? [textOf(answer.data)]
			: [],
	);
}

/** A record as zone files have it, in one or several quoted parts, or as it is. */
function textOf(data: string): string {
	const parts = [...data.matchAll(/"((?:[^"\\]|\\.)*)"/g)];
	if (parts.length === 0) return data;
	return parts.map(([, part = ""]) => part.replace(/\\(.)/g, "$1")).join("");
}
