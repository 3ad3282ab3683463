import { describe, inject, test } from "vitest";
import type { Driver } from "./driver.ts";
import { createKit } from "./kit/kit.ts";
import { accounts } from "./suite/accounts.ts";
import { agent } from "./suite/agent.ts";
import { anyPage } from "./suite/any-page.ts";
import { colours } from "./suite/colours.ts";
import { combobox } from "./suite/combobox.ts";
import { everyState } from "./suite/every-state.ts";
import { firstAction } from "./suite/first-action.ts";
import { keyboard } from "./suite/keyboard.ts";
import { looks } from "./suite/looks.ts";
import { people } from "./suite/people.ts";
import { profile } from "./suite/profile.ts";
import { rendering } from "./suite/rendering.ts";
import { scopeGate } from "./suite/scope-gate.ts";
import { session } from "./suite/session.ts";
import { signIn } from "./suite/sign-in.ts";
import { tailwind } from "./suite/tailwind.ts";
import { user } from "./suite/user.ts";
import { ways } from "./suite/ways.ts";

/** Everything the components promise, for a framework. */
export function conformance(driver: Driver): void {
	describe(driver.name, () => {
		const kit = createKit(driver);
		signIn(kit);
		combobox(kit, "BlueskySignIn");
		combobox(kit, "CustomSignIn");
		firstAction(kit);
		people(kit);
		ways(kit);
		session(kit);
		user(kit);
		accounts(kit);
		scopeGate(kit);
		if (driver.hasHooks !== false) {
			agent(kit);
			profile(kit);
		}
		rendering(kit);
		if (inject("isBrief")) {
			test.skip("looks as with the present version: only with --long");
			return;
		}
		anyPage(kit);
		if (inject("sharesLooks")) {
			test.skip("looks as Vue's, since their elements and styles are the same: only with --long");
			return;
		}
		colours(kit);
		everyState(kit);
		keyboard(kit);
		looks(kit);
		tailwind(kit);
	});
}
