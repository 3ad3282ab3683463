import type { StandardSchemaV1 } from "better-auth";
import * as z from "zod";

/**
 * Which of the user's DIDs; what it means that none is named, each endpoint says. Not typed as zod's: the type of an
 * app's `auth` would name it, and pnpm hides zod from the app (TS2883).
 */
export const didInput: StandardSchemaV1<{ did?: string | undefined } | undefined> = z
	.object({ did: z.string().max(2048).optional() })
	.optional();
