import { BLUESKY_ICON } from "@better-auth-bsky/client/sign-in";
import type { SVGAttributes } from "react";

/** The butterfly. */
export const Icon = ({ api }: { api: { getIconProps(): SVGAttributes<SVGSVGElement> } }) => (
	// biome-ignore lint/a11y/noSvgWithoutTitle: it is hidden from assistive technology
	<svg {...api.getIconProps()} viewBox={BLUESKY_ICON.viewBox}>
		<path d={BLUESKY_ICON.path} />
	</svg>
);
