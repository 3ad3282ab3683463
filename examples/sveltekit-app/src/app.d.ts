import type { auth } from "#lib/auth.ts";

declare global {
	namespace App {
		interface Locals {
			/** Of whoever is signed in. */
			session: typeof auth.$Infer.Session | null;
		}
	}
}
