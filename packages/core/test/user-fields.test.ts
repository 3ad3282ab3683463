import type { BetterAuthOptions } from "better-auth";
import { describe, expect, test } from "vitest";
import { type AppOptions, newPerson, startApp, useNetwork } from "./kit.ts";

/** Fields of the app's own on a user who signs up: whom they come from, and what is said without. */

const network = await useNetwork();
const person = await newPerson(network);

type Fields = NonNullable<NonNullable<BetterAuthOptions["user"]>["additionalFields"]>;
type Mapped = Record<string, unknown>;

const short = {
	"~standard": {
		version: 1,
		vendor: "test",
		validate: (value: unknown) =>
			String(value).length > 3 ? { issues: [{ message: "Too long" }] } : { value },
	},
} as const;

const required = { type: "string", required: true } as const;

describe("a field of the app's own that is", () => {
	test.each([
		["required and not there", { plan: required }, {}, "MISSING_FIELD: plan is required"],
		["required and mapped", { plan: required }, { plan: "free" }, "free"],
		["required, with a default", { plan: { ...required, defaultValue: "free" } }, {}, "free"],
		[
			"required, with a default that is called",
			{ plan: { ...required, defaultValue: () => "free" } },
			{},
			"free",
		],
		[
			"required and not for people to set, but mapped",
			{ plan: { ...required, input: false } },
			{ plan: "free" },
			"free",
		],
		["optional and not there", { plan: { type: "string", required: false } }, {}, null],
		[
			"mapped to what its validator refuses",
			{ plan: { ...required, validator: { input: short } } },
			{ plan: "platinum" },
			"VALIDATION_ERROR: Too long",
		],
	] as [string, Fields, Mapped, string | null][])(
		"%s",
		async (_, additionalFields, mapped, told) => {
			const plugin: AppOptions["plugin"] = { mapProfileToUser: () => ({ name: "P", ...mapped }) };
			const app = await startApp(network, { plugin, auth: { user: { additionalFields } } });
			const browser = app.browser();
			const end = await browser.signIn(person, { errorCallbackURL: "/oops" });
			const user = await browser.user();
			const { error, error_description } = Object.fromEntries(end.searchParams);
			expect(end.pathname === "/me" ? user?.plan : `${error}: ${error_description}`).toBe(told);
			if (!user) {
				expect(app.rows("user")).toEqual([]);
				expect(app.rows("bskySession")).toEqual([]);
			}
			await app.close();
		},
	);
});
