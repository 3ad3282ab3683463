import { test as base } from "vitest";
import type { Devnet } from "../network.ts";
import type { Person } from "../people/accounts.ts";
import { type CreatePerson, type DevnetSettings, FIXTURES, type Opened } from "./fixtures.ts";

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
	_devnetOpened: [FIXTURES.opened, { scope: "worker" }],
	devnet: [FIXTURES.devnet, { scope: "worker" }],
	_devnetPutRight: [FIXTURES.putRight, { auto: true }],
	createPerson: FIXTURES.createPerson,
	person: FIXTURES.person,
});
