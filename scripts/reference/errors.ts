import { BSKY_ERROR_CODES, type BskyErrorCode } from "@better-auth-bsky/core";
import { apiError } from "../../packages/core/src/base/api-error.ts";
import { LINES, OTHER_LINES } from "../../packages/core/src/base/lines.ts";
import { CHECKS } from "../../packages/core/src/checks.ts";
import { BskyError, LEVEL } from "../../packages/core/src/errors.ts";
import { at } from "./at.ts";

/** A code that the server answers with. */
export interface ErrorCode {
	code: string;
	/** HTTP status for a caller of the API. */
	status: number;
	/** How a sign-in that ends with it is logged. */
	level: string;
	/** For the person. */
	text: string;
	/** For whoever runs the app. */
	why: string;
}

/** A mistake in how an app is set up, with what is said of it; `{gaps}` stand for what was found. */
export interface SetUpCheck {
	id: string;
	/** When it is looked for. */
	when: string;
	level: string;
	option?: string | undefined;
	sentence: string;
	remedy: string;
}

/** A line of the log beside those. */
export interface LogLine {
	id: string;
	/** What it says. */
	text: string;
	/** What to make of it. */
	why: string;
}

/** @param why what the docstring of a code says */
export const readErrors = (why: (code: string) => string): ErrorCode[] =>
	Object.values(BSKY_ERROR_CODES).map(({ code, message }) => ({
		code,
		status: statusOf(code),
		level: LEVEL[code],
		text: message,
		why: why(code),
	}));

export const readChecks = (): SetUpCheck[] =>
	Object.entries(CHECKS).flatMap(([when, checks]) =>
		checks.map(({ id, level, option, sentence, remedy }) => ({
			id,
			when,
			level,
			option,
			sentence,
			remedy,
		})),
	);

/** @param why what the docstring of a line says */
export const readLines = (why: (id: string) => string): LogLine[] =>
	Object.entries({ ...LINES, ...OTHER_LINES }).map(([id, text]) => ({ id, text, why: why(id) }));

const statusOf = (code: BskyErrorCode): number =>
	Number(at(apiError(new BskyError(code)), "statusCode"));
