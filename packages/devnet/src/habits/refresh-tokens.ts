import type { PDS } from "@atproto/pds";
import type { Answer, Habit } from "./habit.ts";
import { inTurn } from "./in-turn.ts";
import { fieldsOf, json, refreshTokenOf, withTokens } from "./messages.ts";

const isUsed = async ({ ctx }: PDS, refreshToken: string): Promise<boolean> =>
	(await ctx.accountManager.db.db
		.selectFrom("used_refresh_token")
		.select("tokenId")
		.where("refreshToken", "=", refreshToken as `ref-${string}`)
		.executeTakeFirst()) !== undefined;

/** Makes a token that was used the one to use again. */
async function keep({ ctx }: PDS, sent: string, got: string): Promise<void> {
	const { db } = ctx.accountManager.db;
	const [before, after] = [sent as `ref-${string}`, got as `ref-${string}`];
	await db.deleteFrom("used_refresh_token").where("refreshToken", "=", before).execute();
	await db
		.updateTable("token")
		.set({ currentRefreshToken: before })
		.where("currentRefreshToken", "=", after)
		.execute();
}

/** A habit at each refresh, one after another. */
function atRefresh(
	answer: (sent: string, next: () => Promise<Answer>, server: PDS) => Promise<Answer>,
): Habit {
	const turn = inTurn();
	return {
		front: (asked, next, server) => {
			const sent = refreshTokenOf(asked);
			return sent ? turn(() => answer(sent, next, server)) : next();
		},
	};
}

export const noRefreshRotation = (): Habit =>
	atRefresh(async (sent, next, server) => {
		const answer = await next();
		const got = fieldsOf(answer)?.refresh_token;
		if (typeof got === "string") await keep(server, sent, got);
		return withTokens(answer, ({ refresh_token: _, ...fields }) => fields);
	});

export const reuseTolerated = (): Habit =>
	atRefresh(async (sent, next, server) => {
		if (!(await isUsed(server, sent))) return next();
		const error_description = "Refresh token was used already";
		return json(400, { error: "invalid_grant", error_description });
	});

const GRACE = 60_000;

export function refreshGracePeriod(): Habit {
	const given = new Map<string, { answer: Answer; until: number }>();
	return atRefresh(async (sent, next) => {
		const again = given.get(sent);
		if (again && Date.now() < again.until) return again.answer;
		const answer = await next();
		if (answer.status === 200) given.set(sent, { answer, until: Date.now() + GRACE });
		return answer;
	});
}
