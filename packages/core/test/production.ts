import type { EvilServer } from "./evil-server.ts";
import type { Internet } from "./internet.ts";
import { type App, type AppOptions, newPrivateKey, startApp } from "./kit.ts";

/** Where the app in production is. */
export const PRODUCTION = "https://shop.honest";

/**
 * An app as it runs in production, with everything at its default: handles are resolved by DNS and
 * https, private addresses are refused, nothing is plain http.
 *
 * @param directory who answers as the PLC directory
 */
export async function startInProduction(
	internet: Internet,
	directory: () => EvilServer,
	{ plugin, ...options }: Pick<AppOptions, "plugins" | "auth" | "plugin"> = {},
): Promise<App> {
	await internet.publish("plc.honest", (request, response) =>
		directory().listener(request, response),
	);
	return startApp(
		{ handleResolverUrl: "", plcUrl: "" },
		{
			...options,
			baseURL: PRODUCTION,
			plugin: {
				privateKey: newPrivateKey(),
				handleResolver: undefined,
				plcDirectoryUrl: "https://plc.honest",
				...plugin,
			},
		},
	);
}
