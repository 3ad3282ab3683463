import type { Network } from "../network.ts";
import type { PublishedOrigin } from "../origins/published-origins.ts";

/** Everything a program wants to know of a network, for `--json`. */
export function describe(network: Network, published: readonly PublishedOrigin[]) {
	return {
		plcUrl: network.plcUrl,
		pdsUrl: network.pdsUrl,
		pdses: network.pdses.map(({ url, handleDomain }) => ({ url, handleDomain })),
		appViewUrl: network.appViewUrl ?? null,
		appViewDid: network.appView?.did ?? null,
		handleResolverUrl: network.handleResolverUrl,
		jetstreamUrl: network.jetstreamUrl,
		accounts: network.accounts.map(({ handle, did, email, password, pds }) => ({
			...{ handle, did, email, password, pdsUrl: pds.url },
		})),
		config: config(network),
		published: published.map(({ origin, target, tlsPort, certificate }) => ({
			...{ origin, target, tlsPort, certificate },
		})),
		chromiumArgs: network.chromiumArgs,
		dataDir: network.dataDir,
	};
}

/** The same for people. */
export function table(network: Network, published: readonly PublishedOrigin[]): string {
	const appView = network.appView;
	const servers: [string, string][] = [
		["PLC directory", network.plcUrl],
		...network.pdses.map(({ url, handleDomain }, index): [string, string] => [
			index === 0 ? "PDS" : `PDS ${index + 1}`,
			`${url}  (handles under ${handleDomain})`,
		]),
		["AppView", appView ? `${appView.url}  (${appView.kind})` : "none"],
		["Handle resolver", network.handleResolverUrl],
		["Jetstream", network.jetstreamUrl],
	];
	const people = network.accounts.map(({ handle, password, did }) => [handle, password, did]);
	const settings = Object.entries(config(network)).map(([name, value]) => [
		`${name}:`,
		`${JSON.stringify(value)},`,
	]);
	const parts = [
		["The network is up.", ""],
		columns(servers),
		people.length > 0 ? ["", "Accounts (handle, password, DID):", "", ...columns(people)] : [],
		["", "Give these to the OAuth client of your app:", "", ...columns(settings)],
		published.length > 0 ? publications(network, published) : [],
		["", "Ctrl+C stops it.", ""],
	];
	return parts.flat().join("\n");
}

/** What an OAuth client takes, better-auth-bsky's and `@atproto/oauth-client-node`'s alike. */
const config = ({ handleResolverUrl, plcUrl }: Network) => ({
	handleResolver: handleResolverUrl,
	plcDirectoryUrl: plcUrl,
	allowHttp: true,
});

function publications(network: Network, published: readonly PublishedOrigin[]): string[] {
	return [
		"",
		"Published:",
		"",
		...columns(published.map(({ origin, target }) => [origin, `-> ${target}`])),
		"",
		"See it in a Chromium started like this:",
		"",
		"  chromium --user-data-dir=/tmp/bsky-devnet-chromium \\",
		...network.chromiumArgs.map((argument) => `    '${argument}' \\`),
		`    ${published[0]?.origin}`,
	];
}

function columns(rows: readonly (readonly string[])[]): string[] {
	const widths: number[] = [];
	for (const row of rows)
		for (const [index, cell] of row.entries())
			widths[index] = Math.max(widths[index] ?? 0, cell.length);
	return rows.map((row) => {
		const cells = row.map((cell, index) => cell.padEnd(widths[index] ?? 0));
		return `  ${cells.join("  ").trimEnd()}`;
	});
}
