import type { Habit } from "./habit.ts";
import { accessTokenOf, idOf, invalidToken } from "./messages.ts";

/**
 * Refuses access tokens as the server does whose time is over. It would look at the date in the token,
 * which is signed; where only its table has another, it deletes the whole session.
 *
 * @param ended the IDs of these tokens, to which more may be added
 */
export const endedTokens = (ended: ReadonlySet<string>): Habit => ({
	front: (asked, next) => {
		const token = accessTokenOf(asked);
		return token && ended.has(idOf(token)) ? invalidToken("Token has expired") : next();
	},
});
