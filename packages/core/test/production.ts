import { generateKeyPairSync } from "node:crypto";
import type { EvilServer } from "./evil-server.ts";
import type { Internet } from "./internet.ts";
import { type App, startApp } from "./kit.ts";

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
): Promise<App> {
	await internet.publish("plc.honest", (request, response) =>
		directory().listener(request, response),
	);
	const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
	return startApp(
		{ handleResolverUrl: "", plcUrl: "" },
		{
			baseURL: PRODUCTION,
			plugin: {
				privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
				handleResolver: undefined,
				plcDirectoryUrl: "https://plc.honest",
			},
		},
	);
}
