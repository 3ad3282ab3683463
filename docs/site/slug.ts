/** As GitHub makes anchors of headings, so that a link works here and there. */
export const slug = (heading: string): string =>
	heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, "")
		.trim()
		.replace(/\s/g, "-");
