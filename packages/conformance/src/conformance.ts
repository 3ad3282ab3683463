import type { Driver } from "./driver.ts";

/** Everything the components promise, for a framework. */
export function conformance(driver: Driver): void {
	void driver;
}
