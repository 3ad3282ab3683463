import { fill } from "../labels/text.ts";
import { hostOf, isWeb, leave, PATIENCE, thisPage } from "../page.ts";
import { SIGN_IN } from "../paths.ts";
import { act, fail, tellFrom } from "./act.ts";
import { menuTextsOf } from "./menu-texts.ts";
import type { UserParts } from "./user-types.ts";

/** Begins a sign-in with the account whose session has ended, and says how that goes. */
export const reconnect = (parts: UserParts) => act(parts, "reconnect", () => begin(parts));

async function begin(parts: UserParts): Promise<void> {
	const { session, patch, options, signal } = parts;
	const { submitting, redirecting } = menuTextsOf(options.labels);
	patch({ said: submitting });
	tellFrom(parts, "start", { via: "reconnect" });
	const { data, error } = await ask(parts, session.$state.value?.data ?? {});
	// Who has gone elsewhere in the app meanwhile stays there, and a page that comes back as it was left.
	if (signal.aborted || parts.state.busy !== "reconnect") return;
	const url = data?.url;
	if (!isWeb(url)) return refuse(parts, error?.code ?? "UNKNOWN");
	patch({ said: fill(redirecting, { server: hostOf(url) }) });
	tellFrom(parts, "redirect", { url });
	if (!(await leave(url, options.navigate))) return refuse(parts, "UNKNOWN");
	// A page that is still here by then was held back, by the person or by the network.
	await new Promise((resolve) => setTimeout(resolve, PATIENCE));
	patch({ said: "" });
}

function ask({ ask }: UserParts, { handle, did }: { handle?: string | null; did?: string | null }) {
	const here = thisPage();
	const body = { handle: handle ?? did, callbackURL: here, errorCallbackURL: here, link: true };
	return ask<{ url?: unknown } | null>(SIGN_IN, { body: { ...body, disableRedirect: true } });
}

function refuse(parts: UserParts, code: string): Promise<void> {
	tellFrom(parts, "error", { code });
	return fail(parts, code);
}
