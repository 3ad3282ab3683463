import type { AuthContext } from "better-auth";
import { sayOf } from "../base/log.ts";
import { firstTime } from "../base/now-and-then.ts";
import { appOf } from "../base/runtime.ts";

/** Said once in a process of each table: it goes for all that was sealed before. */
const isFirst = firstTime();

const LOST = {
	session: "Its people count as signed out from their servers until they sign in again.",
	revocation: "What is in it lives on at its server, until somebody with that secret revokes it.",
};

/** Says that something stored is sealed with a secret that this process doesn't have. */
export function sayWrongSecret(context: AuthContext, table: keyof typeof LOST): void {
	if (!isFirst(appOf(context), table)) return;
	const why = "better-auth's secret was changed, or is another one on this instance";
	sayOf(
		context,
		"error",
		{ event: "wrong_secret", reason: table },
		`A stored ${table} can't be opened: ${why}. ${LOST[table]} ` +
			"Give the earlier secret back, or put it into better-auth's option secrets.",
	);
}
