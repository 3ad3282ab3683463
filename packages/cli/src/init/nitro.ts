import type { App } from "./app.ts";
import { byHand, edit, NOTHING, type Plan } from "./plan.ts";
import { Source } from "./source.ts";
import { inStyle } from "./style.ts";

const WHAT = "What a build of Nuxt needs with pnpm";

/** Nitro doesn't copy what pnpm has by another name: https://github.com/nitrojs/nitro/issues/1574 */
const SETTINGS = `nitro: {
	externals: { inline: ["@better-auth-bsky", "@atproto", "undici"] },
	commonJS: { esmExternals: false },
}`;

export function nitro(app: App): Plan {
	if (app.framework !== "nuxt" || app.packageManager !== "pnpm") return NOTHING;
	const [path, text] = [...app.files].find(([each]) => /^nuxt\.config\.[jt]s$/.test(each)) ?? [];
	if (!path || text === undefined || text.includes("esmExternals")) return NOTHING;
	const source = Source.read(path, text);
	const call = source?.defaultExport();
	const options = call?.type === "CallExpression" && source?.valueOf(call.arguments[0]);
	const isPlain = options && options.type === "ObjectExpression" && !/\bnitro\b/.test(text);
	const isAdded = source && isPlain && source.add(options, options.properties.length, SETTINGS);
	const after = isAdded ? source.edited : undefined;
	if (after !== undefined) return edit(path, text, after, WHAT);
	return byHand(path, WHAT, inStyle(SETTINGS, { ...app.style, eol: "\n" }));
}
