import { expectTypeOf, test } from "vitest";
import type { AccountsOptions } from "../src/accounts/index.ts";
import type { BskyContext } from "../src/context.ts";
import type { BlueskyUserOptions, BskySessionOptions } from "../src/session/index.ts";
import type { BlueskySignInOptions, SignInOptions } from "../src/sign-in/index.ts";

/** Every option, as an app has it that doesn't know whether there is one. */
type Unsure<T> = { [Name in keyof T]-?: T[Name] | undefined };

test("under exactOptionalPropertyTypes, too, an option may be undefined", () => {
	expectTypeOf<Unsure<SignInOptions>>().toExtend<SignInOptions>();
	expectTypeOf<Unsure<BlueskySignInOptions>>().toExtend<BlueskySignInOptions>();
	expectTypeOf<Unsure<AccountsOptions>>().toExtend<AccountsOptions>();
	expectTypeOf<Unsure<BskySessionOptions>>().toExtend<BskySessionOptions>();
	expectTypeOf<Unsure<BskyContext>>().toExtend<BskyContext>();
	type UserOptions = BlueskyUserOptions<BlueskySignInOptions>;
	expectTypeOf<Unsure<UserOptions>>().toExtend<UserOptions>();
});
