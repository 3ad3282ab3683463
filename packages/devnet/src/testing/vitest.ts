import { test as base } from "vitest";
import type { Devnet } from "../network.ts";
import type { Person } from "../people/accounts.ts";
import {
	type CreatePerson,
	type DevnetSettings,
	type Opened,
	openNetwork,
	personMaker,
} from "./fixtures.ts";

export { expect } from "vitest";
export type { CreatePerson, DevnetSettings, NewPerson } from "./fixtures.ts";

/** What a test gets. */
export interface DevnetFixtures {
	/** The network that it gets; to be set by `test.extend({ devnetOptions: … })`. */
	devnetOptions: DevnetSettings;
	/** The network. Without `attach` it is the worker's own, and all is right again after each test. */
	devnet: Devnet;
	/** Somebody whom only this test knows. */
	person: Person;
	/** Makes more of them. */
	createPerson: CreatePerson;
}

/** Not for tests. */
interface Inner {
	_devnetOpened: Opened;
	_devnetPutRight: undefined;
}

/** Vitest's `test`, with a network. */
export const test = base.extend<DevnetFixtures & Inner>({
	devnetOptions: [{}, { scope: "worker", injected: true }],
	_devnetOpened: [
		async ({ devnetOptions }, use) => {
			const opened = await openNetwork(devnetOptions);
			await use(opened);
			await opened.devnet.close();
		},
		{ scope: "worker" },
	],
	devnet: [({ _devnetOpened }, use) => use(_devnetOpened.devnet), { scope: "worker" }],
	_devnetPutRight: [
		async ({ _devnetOpened }, use) => {
			await use(undefined);
			await _devnetOpened.putRight();
		},
		{ auto: true },
	],
	createPerson: ({ devnet }, use) => use(personMaker(devnet)),
	person: async ({ createPerson }, use) => use(await createPerson()),
});
