import { bundle, bundleAlone, CLIENTS, styles, USES } from "../../packages/client/test/sizes.ts";
import { bundle as bundleElements, EVERYTHING } from "../../packages/elements/test/bundle.ts";
import { bundle as bundleReact } from "../../packages/react/test/bundle.ts";
import { bundle as bundleSvelte } from "../../packages/svelte/test/bundle.ts";
import { bundle as bundleVue } from "../../packages/vue/test/bundle.ts";
import { inKilobytes } from "./kilobytes.ts";

/** What a page downloads, minified and compressed, in kB with one decimal. */
export type Sizes = Record<string, number>;

const FORM = 'export { BlueskySignIn } from "./src/index.ts";';

/** @param before what was said so far: it stays while it is nearly true */
export async function readSizes(before: Sizes): Promise<Sizes> {
	const measured = await measure();
	return Object.fromEntries(
		Object.entries(measured).map(([what, bytes]) => [what, inKilobytes(bytes, before[what])]),
	);
}

async function measure(): Promise<Record<string, number>> {
	const { without, withPlugin } = CLIENTS;
	const { plugin, ...uses } = USES;
	const sizes: Record<string, number> = {};
	for (const [name, code] of Object.entries(uses))
		sizes[`client.${name}`] = (await bundleAlone(code)).size;
	// On top of better-auth's client, which the app has anyway.
	sizes["client.plugin"] = (await bundle(withPlugin)).size - (await bundle(without)).size;
	sizes["client.styles"] = (await bundleAlone(styles(), "css")).size;
	sizes.react = (await bundleReact(FORM)).size;
	sizes.svelte = (await bundleSvelte(FORM)).size;
	sizes.vue = (await bundleVue(FORM)).size;
	sizes.elements = (await bundleElements(EVERYTHING)).size;
	return sizes;
}
