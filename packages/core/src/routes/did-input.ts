import type { StandardSchemaV1 } from "better-auth";
import * as z from "zod";
import { MAX_DID } from "../base/did.ts";

/** A DID that somebody names: whether it is one, and whose, is found out later. */
export const anyDid = z.string().max(MAX_DID);

/**
 * Which of the user's DIDs; what it means that none is named, each endpoint says. Not typed as zod's: the type of an
 * app's `auth` would name it, and pnpm hides zod from the app (TS2883).
 */
export const didInput: StandardSchemaV1<{ did?: string | undefined } | undefined> = z
	.object({ did: anyDid.optional() })
	.optional();

/** One that has to be named. */
export const namedDid: StandardSchemaV1<{ did: string }> = z.object({ did: anyDid });
