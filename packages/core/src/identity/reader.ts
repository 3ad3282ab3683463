import { withAppView } from "../base/app-view.ts";
import { ACCOUNTS, XRPC } from "../base/bounded-answer.ts";
import { boundedJson } from "../base/bounded-json.ts";
import { isObject } from "../base/is-object.ts";

/** Who reads at their own PDS. */
export interface Reader {
	did: string;
	/** The PDS. */
	aud: string;
	/** A call there, with the person's token. */
	fetch: (path: string, init: RequestInit) => Promise<Response>;
}

/** A long text costs little, and is cut; many values do. */
const LIMITS = { ...XRPC, maxValues: ACCOUNTS.maxValues };

/**
 * What a person's server answers to one call.
 *
 * @returns "refused" where it takes the token for none, null where there is no such answer
 */
export async function getJson(
	reader: Reader,
	path: string,
): Promise<Record<string, unknown> | "refused" | null> {
	try {
		// A proof is good for one address: followed elsewhere, it is worth nothing.
		const response = await withAppView(reader.fetch, path, { redirect: "manual" });
		if (!response.ok) {
			await response.body?.cancel();
			return response.status === 401 ? "refused" : null;
		}
		const body = await boundedJson(response, LIMITS);
		return isObject(body) ? body : null;
	} catch {
		return null;
	}
}
