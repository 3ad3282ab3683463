import { hostOf } from "../page.ts";
import { SERVER } from "../paths.ts";
import type { Form, ResolvedSignInOptions, SignUpServer } from "./types.ts";

/** The servers that an app names for people without an account, the first one first. */
export function signUpServers({
	signUp = true,
	defaultServer,
	intent,
}: Pick<ResolvedSignInOptions, "signUp" | "defaultServer" | "intent">): string[] {
	// Who connects an account again has one.
	if (!signUp || intent === "reconnect") return [];
	return signUp === true ? [defaultServer] : typeof signUp === "string" ? [signUp] : [...signUp];
}

/** Asks which of them let people create an account, and what each asks for. */
export async function findSignUp(form: Form, signal: AbortSignal): Promise<void> {
	const servers = signUpServers(form.options);
	const found = await Promise.all(
		servers.map(async (url): Promise<SignUpServer | null> => {
			const query = { url };
			const { data } = await form.ask<Record<string, unknown>>(SERVER, { query, signal });
			if (data?.signUp !== true) return null;
			return {
				url,
				host: hostOf(url),
				inviteCodeRequired: data.inviteCodeRequired === true,
				termsOfService: pageIn(data.termsOfService),
				privacyPolicy: pageIn(data.privacyPolicy),
			};
		}),
	);
	// The app may name others by now.
	const isDue = !signal.aborted && String(servers) === String(signUpServers(form.options));
	if (isDue) form.patch({ signUp: found.filter((one) => one !== null) });
}

/** A link that a server gives. */
const pageIn = (url: unknown): string | undefined =>
	typeof url === "string" && /^https?:\/\//i.test(url) ? url : undefined;
