import { BskyOptionError } from "../errors.ts";
import { given } from "./given.ts";
import { isObject } from "./is-object.ts";
import { isLoopbackUrl } from "./loopback.ts";

/**
 * What an option holds: checked, without white space around it, and undefined where an environment
 * variable was empty. Types don't reach what comes from outside, or from JavaScript.
 *
 * All of them throw a {@link BskyOptionError} that names the option.
 */
function valued<T>(
	option: string,
	value: unknown,
	is: (value: unknown) => value is T,
	expected: string,
): T | undefined {
	const own = given(value);
	if (own === undefined || is(own)) return own;
	throw new BskyOptionError(option, `expected ${expected}.`);
}

export const flagOption = (option: string, value: unknown): boolean | undefined =>
	valued(option, value, (own) => typeof own === "boolean", "true or false, and no text");

/** @param T what the function is, which can't be seen */
export const functionOption = <T>(option: string, value: T | undefined): T | undefined =>
	valued(option, value, (own): own is T => typeof own === "function", "a function");

export const objectOption = <T extends object>(option: string, value: T | undefined) =>
	valued(
		option,
		value,
		// Nor one that an `await` would have given.
		(own): own is T => isObject(own) && !(own instanceof Map) && !own.then,
		"an object",
	);

/** What a list holds; an option that isn't set is an empty one. */
export const listOption = <T>(option: string, value: readonly T[] | undefined): readonly T[] =>
	valued(option, value, (own): own is readonly T[] => Array.isArray(own), "a list") ?? [];

/**
 * Checks that an object holds no other names than these: a mistyped `disableSignup` would leave signing
 * up open, and nobody would hear of it.
 *
 * @param within what the object is called, with a dot behind it
 * @param elsewhere what names mean that are known, but not here
 */
export function requireKnown(
	options: object,
	known: readonly string[],
	within = "",
	elsewhere: ReadonlyMap<string, string> = new Map(),
): void {
	for (const name of Object.keys(options)) {
		if (known.includes(name)) continue;
		const plain = (text: string) => text.replace(/[^a-z]/gi, "").toLowerCase();
		const meant = elsewhere.get(name) ?? known.find((each) => plain(each) === plain(name));
		const advice = meant ? `"${meant}" is meant.` : `There are ${known.join(", ")}.`;
		throw new BskyOptionError(within + name, `there is no option of that name. ${advice}`);
	}
}

export const secondsOption = (option: string, value: unknown): number | undefined =>
	valued(
		option,
		value,
		(own): own is number => typeof own === "number" && own >= 0,
		"a number of seconds, 0 or more",
	);

/** @param least the smallest that it may be */
export const wholeOption = (option: string, value: unknown, least: number): number | undefined =>
	valued(
		option,
		value,
		(own): own is number => Number.isSafeInteger(own) && Number(own) >= least,
		`a whole number, ${least} or more`,
	);

export const choiceOption = <T extends string>(
	option: string,
	value: unknown,
	choices: readonly T[],
): T | undefined =>
	valued(
		option,
		value,
		(own): own is T => choices.some((choice) => choice === own),
		`one of ${choices.map((choice) => `"${choice}"`).join(", ")}`,
	);

export const textOption = (option: string, value: unknown): string | undefined =>
	valued(option, value, (own) => typeof own === "string", "a text")?.trim();

function urlOption(option: string, value: unknown): string | undefined {
	const text = textOption(option, value instanceof URL ? value.href : value);
	if (text === undefined || webUrl(text)) return text;
	throw new BskyOptionError(option, `"${text}" is not an http(s) URL.`);
}

/** Where a service is: an origin, since the paths below it are the protocol's. */
export function serviceOption(option: string, value: unknown): string | undefined {
	const text = urlOption(option, value);
	const url = text === undefined ? null : webUrl(text);
	if (!url || url.href === `${url.origin}/`) return text;
	throw new BskyOptionError(option, `write "${url.origin}": nothing else is used.`);
}

/**
 * The address of a page or an image that an authorization server shows: https, or the developer's
 * own machine.
 */
export function pageOption(option: string, value: unknown): string | undefined {
	const text = urlOption(option, value)?.replace(/^https?:/i, (scheme) => scheme.toLowerCase());
	const url = text === undefined ? undefined : webUrl(text);
	if (!url) return undefined;
	if (url.username || url.password) {
		throw new BskyOptionError(option, "a user name and a password are in it; everybody sees them.");
	}
	if (url.protocol === "https:" || isLoopbackUrl(url)) return text;
	throw new BskyOptionError(option, `"${text}" is not an https URL.`);
}

/** An https origin, with nothing after it. */
export function originOption(option: string, value: unknown): string | undefined {
	const text = textOption(option, value instanceof URL ? value.href : value);
	if (text === undefined) return undefined;
	const url = webUrl(text);
	const isWhole = url?.href === `${url?.origin}/` && !text.includes("*");
	if (url?.protocol === "https:" && isWhole) return url.origin;
	throw new BskyOptionError(option, `"${text}" is not an https origin like https://myapp.com.`);
}

/** The origin of somebody's server: https, or http on the developer's own machine. */
export function serverOrigin(text: string): string | null {
	const url = webUrl(text);
	// URLs take a star in a host for a letter like any other.
	if (!url || url.href !== `${url.origin}/` || text.includes("*")) return null;
	return url.protocol === "https:" || isLoopbackUrl(url) ? url.origin : null;
}

/** As {@link serverOrigin}; required. */
export function serverOption(option: string, value: unknown): string {
	const text = textOption(option, value instanceof URL ? value.href : value) ?? "";
	const origin = serverOrigin(text);
	if (origin !== null) return origin;
	throw new BskyOptionError(option, `"${text}" is not an https origin like https://bsky.social.`);
}

/** Where something of the app is: an https URL, or a path below better-auth's base URL. */
export function placeOption(option: string, value: unknown): string | undefined {
	const text = textOption(option, value);
	if (text === undefined || /^\/[^/?#\s][^?#\s]*$/.test(text)) return text;
	const url = webUrl(text);
	if (url?.protocol === "https:" && url.href === text && !url.search && !url.hash) return text;
	throw new BskyOptionError(
		option,
		`"${text}" is neither an https URL as browsers write it nor a path that begins with a slash.`,
	);
}

const webUrl = (text: string): URL | null =>
	/^https?:\/\/[^/\s]/i.test(text) ? URL.parse(text) : null;

/** One of scopes, https://www.rfc-editor.org/rfc/rfc6749#section-3.3. */
const SCOPE = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** Scopes, each once and with one space between, as servers want them. */
export function scopeOption(option: string, value: unknown): string | undefined {
	const text = textOption(option, value);
	if (text === undefined) return undefined;
	if (/\s\s|[^\S ]/.test(text)) {
		throw new BskyOptionError(
			option,
			"write one space between scopes, and no line break; `scopes()` joins them so.",
		);
	}
	const scopes = text.split(" ");
	for (const [index, scope] of scopes.entries())
		requireScope(option, scope, scopes.indexOf(scope) < index);
	if (scopes.includes("atproto")) return text;
	throw new BskyOptionError(option, 'the scope must contain "atproto", spaces around it.');
}

function requireScope(option: string, scope: string, isAgain: boolean): void {
	if (!SCOPE.test(scope)) {
		throw new BskyOptionError(
			option,
			`${JSON.stringify(scope)} is no scope: they are of ASCII, without quotes and backslashes.`,
		);
	}
	if (isAgain) {
		throw new BskyOptionError(
			option,
			`"${scope}" is there twice, which servers refuse. Write it once.`,
		);
	}
}
