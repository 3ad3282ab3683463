import { returnToRoute } from "@better-auth-bsky/client/context";
import { BlueskyAccounts } from "./bluesky-accounts.ts";
import { BlueskyScopeGate } from "./bluesky-scope-gate.ts";
import { BlueskySignIn } from "./bluesky-sign-in.ts";
import { BlueskyUser } from "./bluesky-user.ts";
import type { TAGS } from "./slots.ts";

const ELEMENTS = {
	"bluesky-sign-in": BlueskySignIn,
	"bluesky-user": BlueskyUser,
	"bluesky-accounts": BlueskyAccounts,
	"bluesky-scope-gate": BlueskyScopeGate,
} satisfies Record<(typeof TAGS)[number], CustomElementConstructor>;

/** Lets the page know the elements. A second copy of this code, or a server, does nothing. */
export function define(): void {
	const { customElements } = globalThis;
	if (!customElements) return;
	returnToRoute();
	for (const [tag, element] of Object.entries(ELEMENTS))
		if (!customElements.get(tag)) customElements.define(tag, element);
}
