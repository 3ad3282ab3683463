import type { Description } from "../control/describe.ts";
import { inWords } from "../duration.ts";

/** A network for people. */
export function table(network: Description): string {
	const { appViewUrl, published, faults, clockOffset } = network;
	const servers: [string, string][] = [
		["PLC directory", network.plcUrl],
		...network.pdses.map(({ url, handleDomain }, index): [string, string] => [
			index === 0 ? "PDS" : `PDS ${index + 1}`,
			`${url}  (handles under ${handleDomain})`,
		]),
		["AppView", appViewUrl ? `${appViewUrl}  (${network.appViewKind})` : "none"],
		["Handle resolver", network.handleResolverUrl],
		["Jetstream", network.jetstreamUrl],
		...(network.controlUrl ? [["Control", network.controlUrl] satisfies [string, string]] : []),
	];
	const people = network.accounts.map(({ handle, password, did }) => [handle, password, did]);
	const settings = Object.entries(network.config).map(([name, value]) => [
		`${name}:`,
		`${JSON.stringify(value)},`,
	]);
	const wrong = faults.map(({ server, fault }) => [server, fault]);
	const parts = [
		columns(servers),
		people.length > 0 ? ["", "Accounts (handle, password, DID):", "", ...columns(people)] : [],
		["", "Give these to the OAuth client of your app:", "", ...columns(settings)],
		published.length > 0 ? publications(network) : [],
		wrong.length > 0 ? ["", "Wrong on purpose:", "", ...columns(wrong)] : [],
		clockOffset > 0 ? ["", `Its clock is ${inWords(clockOffset)} ahead.`] : [],
	];
	return parts.flat().join("\n");
}

function publications({ published, chromiumArgs }: Description): string[] {
	return [
		"",
		"Published:",
		"",
		...columns(published.map(({ origin, target }) => [origin, `-> ${target}`])),
		"",
		"See it in a Chromium started like this:",
		"",
		"  chromium --user-data-dir=/tmp/bsky-devnet-chromium \\",
		...chromiumArgs.map((argument) => `    '${argument}' \\`),
		`    ${published[0]?.origin}`,
	];
}

/** Cells below each other, set in by two. */
export function columns(rows: readonly (readonly string[])[]): string[] {
	const widths: number[] = [];
	for (const row of rows)
		for (const [index, cell] of row.entries())
			widths[index] = Math.max(widths[index] ?? 0, cell.length);
	return rows.map((row) => {
		const cells = row.map((cell, index) => cell.padEnd(widths[index] ?? 0));
		return `  ${cells.join("  ").trimEnd()}`;
	});
}
