import { randomUUID } from "node:crypto";
import type { PDS } from "@atproto/pds";
import { byMachineTime } from "../clock.ts";
import type { Habit } from "./habit.ts";
import { claimsOf, isOAuth, json } from "./messages.ts";
import { put } from "./wrap.ts";

type DpopManager = NonNullable<PDS["ctx"]["oauthProvider"]>["dpopManager"];

/**
 * Puts other nonces into a server. Not from outside: the nonce is in what the client signs.
 *
 * @param noncesFor given the nonce of a proof
 */
function withNonces(
	{ ctx: { oauthProvider } }: PDS,
	next: () => string | undefined,
	noncesFor: (sent: unknown) => { check(nonce: string): boolean } | undefined,
): () => void {
	if (!oauthProvider) return () => {};
	const { dpopManager } = oauthProvider;
	const { checkProof } = dpopManager;
	const check: DpopManager["checkProof"] = (method, url, headers, token) => {
		const value = noncesFor(claimsOf(String(headers.dpop))?.nonce);
		return checkProof.call(
			Object.create(dpopManager, { dpopNonce: { value } }),
			...[method, url, headers, token],
		);
	};
	const undo = [put(dpopManager, "checkProof", check), put(dpopManager, "nextNonce", next)];
	return () => undo.forEach((step) => void step());
}

/** One that is sent all the same, by who had it from before, is not looked at. */
export const noNonce = (): Habit => ({
	within: (server) =>
		withNonces(
			server,
			() => undefined,
			(sent) => (sent === undefined ? undefined : { check: () => true }),
		),
});

export function newNonceEachAnswer(): Habit {
	const given = new Set<string>();
	const next = () => {
		const nonce = randomUUID();
		given.add(nonce);
		return nonce;
	};
	return {
		within: (server) => withNonces(server, next, () => ({ check: (nonce) => given.delete(nonce) })),
	};
}

const AGE = 10;

export const shortLivedProofs = (): Habit => ({
	front: async (asked, next) => {
		const { dpop } = asked.headers;
		const iat = typeof dpop === "string" ? Number(claimsOf(dpop)?.iat) : Number.NaN;
		if (!(byMachineTime(Date.now) / 1000 - iat > AGE)) return next();
		const error = "invalid_dpop_proof";
		const text = "DPoP proof is too old";
		return isOAuth(asked)
			? json(400, { error, error_description: text })
			: json(401, { error, message: text }, { "www-authenticate": `DPoP error="${error}"` });
	},
});
