import {
	type BskyContext,
	mountContext,
	withContext,
	within,
} from "@better-auth-bsky/client/context";
import type { BskyLabels } from "@better-auth-bsky/client/labels";

/** What a page says once for all elements. All of it is optional. */
export interface PageContext extends BskyContext {
	/**
	 * Language packs (`@better-auth-bsky/client/labels/de`) to choose from: an element takes the one of
	 * its `lang`, or of the `lang` around it, such as `<html lang>`. @default English alone
	 */
	languages?: readonly BskyLabels[] | undefined;
}

const said = new WeakMap<Node, PageContext>();

/** Ends what tells of the sign-in that has led to this page, by where it was said. */
const told = new WeakMap<Node, () => void>();

/** What is to be called when something new is said: all elements that stand in a page. */
export const listeners = new Set<() => void>();

/**
 * Says something once for all elements of the page, or for those inside `where`. What is said inside
 * comes over what is said around it, and what is said later adds to what was. On a server it does
 * nothing.
 */
export function configure(
	context: PageContext,
	where: Node | null | undefined = globalThis.document,
): void {
	if (!where) return;
	said.set(where, { ...said.get(where), ...context });
	told.get(where)?.();
	told.set(
		where,
		mountContext(() => contextOf(where)),
	);
	for (const listener of listeners) listener();
}

/** What is said to an element, the labels of its language included. */
export function contextOf(element: Node): BskyContext {
	let context: PageContext = {};
	let lang = "";
	for (let node: Node | null = element; node; node = parentOf(node)) {
		context = within(said.get(node) ?? {}, context);
		lang ||= (node as Partial<HTMLElement>).lang ?? "";
	}
	return withContext(context, { labels: languageOf(lang, context.languages) });
}

const parentOf = (node: Node): Node | null =>
	node.parentNode ?? (node as Partial<ShadowRoot>).host ?? null;

/** The labels of that language: in its script if there are some, as `zh-TW` is written as `zh-Hant` is. */
function languageOf(lang: string, languages: readonly BskyLabels[] = []): BskyLabels | undefined {
	const { language, script } = localeOf(lang);
	const like = languages.filter(
		({ locale }) => locale === lang || (language && localeOf(locale).language === language),
	);
	return (
		like.find(({ locale }) => locale === lang) ??
		like.find(({ locale }) => localeOf(locale).script === script) ??
		like[0]
	);
}

function localeOf(tag: string): Partial<Intl.Locale> {
	try {
		return new Intl.Locale(tag).maximize();
	} catch {
		return {};
	}
}
