import { hasScope } from "../core.ts";
import type { ScopeGateOptions, ScopeGateState, ScopeStatus } from "./types.ts";

type Wanted = Pick<ScopeGateOptions, "scope" | "did">;

/** The session of the account that is meant; `undefined` where it has to be asked for. */
const sessionOf = ({ did }: Wanted, { session: { data }, other }: ScopeGateState) =>
	[data, other].find((one) => !did || !data || one?.did === did);

/** What all that is known comes to. */
export function statusOf(wanted: Wanted, state: ScopeGateState): ScopeStatus {
	const { session, attempt } = state;
	const data = sessionOf(wanted, state);
	if (hasScope(data, wanted.scope)) return "granted";
	if (attempt === "asking") return attempt;
	if (attempt === "failed" || (!session.data && session.error)) return "failed";
	if (session.isPending || data === undefined) return "pending";
	if (!data) return "signed-out";
	if (!data.active && data.reason === "not_linked") return "not-connected";
	if (attempt === "refused") return attempt;
	return data.active ? "missing" : "ended";
}
