import type { PDS } from "@atproto/pds";
import { isAtIdentifierString } from "@atproto/syntax";

/**
 * The reference server makes every sign-in take 400 ms (350 of them in the account manager, and the
 * rest in the OAuth provider), so that nobody learns from the time whether a password was nearly
 * right. Nobody guesses here: the right one is let in at once. Whatever else is typed is refused by
 * the server's own code, in its own time.
 */
export function signInAtOnce({ ctx }: PDS): void {
	checkAtOnce(ctx);
	if (ctx.oauthProvider) authenticateAtOnce(ctx.oauthProvider);
}

function checkAtOnce({ accountManager }: PDS["ctx"]): void {
	const inItsOwnTime = accountManager.login.bind(accountManager);
	accountManager.login = async (typed) => {
		const name = typed.identifier.toLowerCase();
		const isName = isAtIdentifierString(name);
		const user = isName && (await accountManager.getAccount(name, { includeDeactivated: true }));
		if (!user || !(await accountManager.verifyAccountPassword(user.did, typed.password))) {
			return inItsOwnTime(typed);
		}
		return { user, appPassword: null, isSoftDeleted: false };
	};
}

function authenticateAtOnce({
	accountManager: accounts,
}: NonNullable<PDS["ctx"]["oauthProvider"]>): void {
	// biome-ignore lint/complexity/useLiteralKeys: it is protected.
	const store = accounts["store"];
	// biome-ignore lint/complexity/useLiteralKeys: they are protected.
	const hooks = accounts["hooks"];
	const inItsOwnTime = accounts.authenticateAccount.bind(accounts);
	accounts.authenticateAccount = async (deviceId, deviceMetadata, data, clientId) => {
		const check = async () => store.authenticateAccount(data);
		const account = await check().catch(() => undefined);
		if (!account) return inItsOwnTime(deviceId, deviceMetadata, data, clientId);
		await hooks.onSignedIn?.({ data, account, deviceId, deviceMetadata, clientId });
		return account;
	};
}
