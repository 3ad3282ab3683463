import * as z from "zod";
import type { PendingSignIn } from "../stores/state-store.ts";

/** Media type of a plain HTML form. */
export const FORM = "application/x-www-form-urlencoded";

/** Longest address that is kept for the way back, in characters: nobody knows yet who asks for it. */
const MAX_URL = 4096;

/** An address to go to afterwards. */
export const address = z.string().max(MAX_URL).optional();

// A form knows no booleans.
const YES = ["true", "on", "1"] as const;
const NO = ["false", "off", "0", ""] as const;

/** A boolean, or the field of a form that stands for one. */
export const flag = z
	.union([z.boolean(), z.enum(YES).transform(() => true), z.enum(NO).transform(() => false)])
	.optional();

/** Where to go afterwards. */
export type ReturnTo = Pick<
	PendingSignIn,
	"callbackURL" | "errorCallbackURL" | "newUserCallbackURL" | "requestSignUp"
>;

/** A field that is there and empty, as forms have them, says nothing. */
export const withoutEmpty = (
	returnTo: Omit<ReturnTo, "callbackURL"> & { callbackURL?: string | undefined },
): ReturnTo => ({
	...returnTo,
	callbackURL: returnTo.callbackURL || "/",
	errorCallbackURL: returnTo.errorCallbackURL || undefined,
	newUserCallbackURL: returnTo.newUserCallbackURL || undefined,
});
