import { readFileSync } from "node:fs";

/** Of this package, and of all that it is released with. */
export function version(): string {
	const read: unknown = JSON.parse(
		readFileSync(new URL("../package.json", import.meta.url), "utf8"),
	);
	return String(Object(read).version);
}
