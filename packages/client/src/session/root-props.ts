import { type NeutralProps, part } from "../props.ts";
import type { SessionStatus } from "./status.ts";

/** Props of the `div` around whoever is signed in. It takes the focus where nothing else is left to. */
export const rootProps = (
	status: SessionStatus,
	{ locale }: { locale: string },
): NeutralProps["element"] => ({
	...part("user", status),
	lang: locale,
	tabindex: -1,
	"aria-busy": status === "pending" ? "true" : undefined,
});
