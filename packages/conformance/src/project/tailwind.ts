import { fileURLToPath } from "node:url";
import { compile, optimize } from "@tailwindcss/node";

const BASE = fileURLToPath(new URL("../..", import.meta.url));
const OURS = fileURLToPath(new URL("../../../client/src/styles.css", import.meta.url));

/**
 * An app's stylesheet as its production build has it: by Tailwind 4, then minified for the browsers that
 * Tailwind names.
 *
 * @param css may import `tailwindcss` and our sheet, in either order
 * @param classes what stands in the app's markup
 */
export async function tailwind(css: string, classes: string[]): Promise<string> {
	const { build } = await compile(css, {
		base: BASE,
		onDependency() {},
		// From its source, never from a build that may be stale.
		customCssResolver: async (id) =>
			id === "@better-auth-bsky/client/styles.css" ? OURS : undefined,
	});
	return optimize(build(classes), { minify: true }).code;
}
