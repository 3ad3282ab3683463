import { expect, test, vi } from "vitest";
import * as z from "zod";
import { BskyError, LEVEL } from "../errors.ts";
import { DOCS_URL } from "./docs-url.ts";
import { type FixedLine, LINES, type LineName, OTHER_LINES } from "./lines.ts";
import { logFailure, logFailureOf, say, sayOf } from "./log.ts";

function logged(error: unknown): string {
	const log = vi.fn();
	logFailure({ logger: { error: log } } as never, "lock_failed", error);
	expect(log).toHaveBeenCalledOnce();
	expect(log.mock.calls[0]?.[0]).toBe(
		`[better-auth-bsky] ${LINES.lock_failed} help=${DOCS_URL}/errors#lock_failed`,
	);
	return log.mock.calls[0]?.[1];
}

test("causes are named, the innermost last", () => {
	const cause = new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
	expect(logged(new BskyError("SERVER_UNREACHABLE", { cause }))).toBe(
		"TypeError: fetch failed <- Error: connect ECONNREFUSED",
	);
	expect(logged(new DOMException("The operation was aborted", "TimeoutError"))).toBe(
		"TimeoutError: The operation was aborted",
	);
	expect(logged("text")).toBe("unknown cause");
});

test("of a schema's issues the first one is told, however many there are", () => {
	const { error } = z.object({ scopes: z.array(z.string()) }).safeParse({ scopes: [1, 2, 3] });
	expect(logged(error)).toMatch(/^\$?ZodError: scopes\.0: Invalid input: .* \(3 in all\)$/);
});

/** As zod 3 has it, which the SDK uses: a text of all issues, made when it is read. */
class GetterError extends Error {
	override name = "ZodError";
	readonly issues = Array.from({ length: 100_000 }, () => ({ path: ["a", 0], message: "No" }));
	override get message(): string {
		throw new RangeError("Invalid string length");
	}
}

test("a message that is made when it is read is not read", () => {
	expect(logged(new GetterError())).toBe("ZodError: a.0: No (100000 in all)");
	const outer = new Error("refused", { cause: new GetterError() });
	expect(logged(outer)).toBe("Error: refused <- ZodError: a.0: No (100000 in all)");
});

test("facts follow the sentence in their order, each in one word", () => {
	const log = vi.fn();
	const issuer = 'a b\n"c" event=signed_in';
	const facts = { did: "did:plc:a", event: "sign_in_failed", issuer } as const;
	sayOf({ logger: { warn: log } } as never, "warn", facts, "It failed.");
	expect(log.mock.calls).toEqual([
		[
			`[better-auth-bsky] It failed. event=sign_in_failed issuer=a_b_c_event_signed_in did=did:plc:a help=${DOCS_URL}/errors#sign_in_failed`,
		],
	]);
	sayOf({ logger: { warn: log } } as never, "warn", { ...facts, reason: "x".repeat(1e6) }, "Long.");
	expect(log.mock.calls[1]?.[0].length).toBeLessThan(500);
});

const throws = () => {
	throw new Error("no");
};

test("an error that can't be looked at, and a logger that fails, fail nobody else", () => {
	const error = new Error("outer");
	Object.defineProperty(error, "cause", { get: throws });
	expect(logged(error)).toBe("Error: outer");
	expect(logged(new Proxy(new Error("x"), { get: throws, getPrototypeOf: throws }))).toBe(
		"unknown cause",
	);
	for (const odd of [null, undefined, 1, { message: "x" }]) {
		expect(logged(odd)).toBe("unknown cause");
	}
	expect(() => logFailure({ logger: { error: throws } } as never, "lock_failed", 1)).not.toThrow();
	expect(() =>
		say({ logger: { error: throws } } as never, "error", "lock_failed", "So it is."),
	).not.toThrow();
});

test("a message is bounded", () => {
	expect(logged(new Error("a b ".repeat(1_000_000))).length).toBeLessThan(400);
});

const NAMES = Object.keys({ ...LINES, ...OTHER_LINES }) as LineName[];

test.each(NAMES)("the line %s links to its place", (name) => {
	const log = vi.fn();
	const context = { logger: { warn: log } } as never;
	if (name in LINES) logFailure(context, name as FixedLine, new Error("no"), "warn");
	else logFailureOf(context, "warn", { event: name }, "It failed.", new Error("no"));
	sayOf(context, "warn", { event: name }, "It failed.");
	for (const [line] of log.mock.calls)
		expect(line.split(" ").at(-1)).toBe(`help=${DOCS_URL}/errors#${name}`);
	expect(log).toHaveBeenCalledTimes(2);
});

test.each(Object.keys(LEVEL))("a sign-in that ends with %s links to that code", (code) => {
	const log = vi.fn();
	const facts = { event: "sign_in_failed", code, did: "did:plc:a" } as const;
	logFailureOf({ logger: { info: log } } as never, "info", facts, "It failed.", new Error("no"));
	expect(log.mock.calls[0]?.[0].split(" ").at(-1)).toBe(`help=${DOCS_URL}/errors#${code}`);
});
