import * as z from "zod";
import { isDid } from "../base/did.ts";
import type { SavedSession } from "./saved.ts";

type TokenSet = SavedSession["tokenSet"];

const isScope = (value: unknown): value is TokenSet["scope"] =>
	typeof value === "string" && value.split(" ").includes("atproto");

const text = z.string().min(1).max(20_000);

// Not zod's own rule, which its version 3 lacks: Nitro may put that in 4's place where it bundles core.
const webUrl = z.string().refine((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ""));

const moment = z
	.union([z.string(), z.number()])
	.transform((value) => new Date(value))
	.refine((date) => !Number.isNaN(date.getTime()), "expected a date")
	.transform((date) => date.toISOString());

const key = z.object({
	kty: z.literal("EC"),
	// The SDK for Node makes keys on secp256k1 where a server takes them.
	crv: z.enum(["P-256", "secp256k1"]),
	x: text,
	y: text,
	d: text,
	kid: text.optional(),
});

const authMethod = z.union([
	z.object({ method: z.literal("none") }),
	z.object({ method: z.literal("private_key_jwt"), kid: text }),
]);

const foreignSession = z.object({
	clientId: text.optional(),
	dpopJwk: key,
	authMethod,
	tokenSet: z.object({
		iss: webUrl,
		sub: z.custom<TokenSet["sub"]>(isDid, "expected a DID"),
		aud: webUrl.transform((url) => new URL(url).href),
		scope: z.custom<TokenSet["scope"]>(isScope, "expected scopes with atproto among them"),
		access_token: text,
		refresh_token: text.optional(),
		token_type: z.literal("DPoP"),
		expires_at: moment.optional(),
	}),
});

/**
 * A session as others have stored it: the SDK for Node as `NodeSavedSession`, and atcute with the key
 * under another name and its end in milliseconds.
 *
 * @returns what is wrong with it, in words without any of its values
 */
export function readForeignSession(value: unknown): SavedSession | string {
	const { dpopKey, ...given }: { dpopKey?: unknown } = Object(value);
	const read = foreignSession.safeParse({ dpopJwk: dpopKey, ...given });
	if (!read.success) {
		const [issue] = read.error.issues;
		return `${issue?.path.join(".") || "session"}: ${issue?.message}`;
	}
	const { tokenSet, ...others } = read.data;
	const { refresh_token, expires_at, ...always } = tokenSet;
	return {
		...others,
		tokenSet: {
			...always,
			...(refresh_token && { refresh_token }),
			...(expires_at && { expires_at }),
		},
	};
}
