import { createWithSpan } from "@better-auth/core/instrumentation";
import type { AuthContext } from "better-auth";
import { describe, levelOf } from "./log.ts";

/** What a span says beside its name: nothing secret, and nobody's DID. */
export interface SpanFacts {
	"bsky.outcome"?: string | undefined;
	"bsky.code"?: string | undefined;
	"bsky.issuer"?: string | undefined;
}

/** What is needed of OpenTelemetry's API. */
interface OpenTelemetry {
	trace: {
		getActiveSpan(): { setAttribute(name: string, value: string): unknown } | undefined;
	};
}

/**
 * Does work in a span of better-auth's, below that of the request. What failed is in it as in the log,
 * without secrets; what people do is no failure.
 */
export async function traced<T>(
	{ options }: Pick<AuthContext, "options">,
	name: `bsky ${string}`,
	issuer: string | undefined,
	work: () => Promise<T>,
): Promise<T> {
	const begun: { work?: Promise<T> } = {};
	const attributes: Record<string, string> = issuer === undefined ? {} : { "bsky.issuer": issuer };
	const inSpan = async () =>
		createWithSpan(options)(name, attributes, async () => {
			try {
				begun.work = work();
				await begun.work;
			} catch (error) {
				if (levelOf(error) === "info") return;
				// What the span records. Its stack is this one, and its message is not a stranger's.
				throw new Error(describe(error));
			}
		});
	// The app's tracer may fail, too: what came of the work is all that counts, and it is done once.
	await inSpan().catch(() => {});
	return begun.work ?? work();
}

/** Loaded where the app has it, as better-auth does; null where it hasn't. */
let openTelemetry: OpenTelemetry | null | undefined;

async function loadOpenTelemetry(): Promise<OpenTelemetry | null> {
	try {
		// Nothing of it goes into a worker's bundle: see `imports` in package.json.
		return await import("#opentelemetry");
	} catch {
		return null;
	}
}

/** Says something about the span that is open: in a route, the one of its handler. */
export async function describeSpan(
	{ options }: Pick<AuthContext, "options">,
	facts: SpanFacts,
): Promise<void> {
	if (options.experimental?.instrumentation?.enabled === false) return;
	if (openTelemetry === undefined) openTelemetry = await loadOpenTelemetry();
	try {
		const span = openTelemetry?.trace.getActiveSpan();
		for (const [name, value] of Object.entries(facts)) {
			if (value !== undefined) span?.setAttribute(name, value);
		}
	} catch {
		// Nothing of a sign-in goes by what a span makes of it.
	}
}
