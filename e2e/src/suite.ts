import type { Account } from "@better-auth-bsky/devnet";
import { pages } from "@better-auth-bsky/example-next-app/src/lib/product.ts";
import {
	EXAMPLES,
	type ExampleApp,
	type ExampleName,
	type Mode,
} from "@better-auth-bsky/tools/examples";
import { beforeAll, test } from "vitest";
import { describeInBrowser, useBrowser } from "./browser.ts";
import { endedSessions } from "./features/ended-sessions.ts";
import { everyPage } from "./features/every-page.ts";
import { firstSteps } from "./features/first-steps.ts";
import { framed } from "./features/framed.ts";
import { linking } from "./features/linking.ts";
import { newcomers } from "./features/newcomers.ts";
import { posting } from "./features/posting.ts";
import { settings } from "./features/settings.ts";
import { signingIn } from "./features/sign-in.ts";
import { statuses } from "./features/statuses.ts";
import { withoutScript } from "./features/without-script.ts";
import { useWorld } from "./network.ts";

/** What the features of an example app are tested with. */
export interface Suite {
	app: ExampleApp;
	visit: ReturnType<typeof useBrowser>;
	world: ReturnType<typeof useWorld>;
	/** Somebody nobody has met. */
	newPerson(displayName: string): Promise<Account>;
}

/** What one of the examples does in turn, and each of them with `--long`. */
const IN_TURN: Record<ExampleName, readonly ((suite: Suite) => void)[]> = {
	next: [signingIn],
	sveltekit: [endedSessions, framed],
	nuxt: [linking, newcomers, statuses, settings],
};

/**
 * Everything an example app must do: the same for each of them, in each mode. In development, where
 * pages are compiled, and where another one's turn it is, only with `--long`.
 */
export function exampleSuite(name: ExampleName, mode: Mode): void {
	const isAtLength = Boolean(process.env.EXAMPLES_AT_LENGTH);
	if (mode === "development" && !isAtLength) {
		test.skip("in development: only with --long, since it compiles for most of a minute");
		return;
	}
	describeInBrowser(`the ${EXAMPLES[name].framework} example in ${mode}`, () => {
		const world = useWorld({ pdsCount: 2 });
		let app: ExampleApp | undefined;
		const suite: Suite = {
			get app() {
				if (!app) throw new Error("The app has not been started.");
				return app;
			},
			world,
			visit: useBrowser(undefined, mode === "development" ? 45_000 : undefined),
			newPerson: (displayName) =>
				world.network.createAccount({ handle: `${displayName.toLowerCase()}.test`, displayName }),
		};
		beforeAll(async () => {
			app = await world.startExample(name, { mode });
			if (mode === "production") return;
			// A page is compiled when it is first asked for.
			for (const { path } of Object.values(pages)) await fetch(app.url + path);
		});
		firstSteps(suite);
		withoutScript(suite);
		posting(suite);
		everyPage(suite, `${name}-${mode}`);
		const turns = isAtLength ? Object.values(IN_TURN).flat() : IN_TURN[name];
		for (const feature of turns) feature(suite);
	});
	if (!isAtLength) test.skip("what it's another example's turn for: only with --long");
}
