import { en, type PartialLabels } from "@better-auth-bsky/client/labels";
import { shallowRef } from "vue";

/** The languages that there are packs of, by their names in them. */
export const LANGUAGES = {
	ar: "العربية",
	de: "Deutsch",
	en: "English",
	es: "Español",
	fr: "Français",
	he: "עברית",
	it: "Italiano",
	ja: "日本語",
	ko: "한국어",
	nl: "Nederlands",
	pl: "Polski",
	"pt-BR": "Português (Brasil)",
	ru: "Русский",
	tr: "Türkçe",
	uk: "Українська",
	"zh-Hans": "简体中文",
	"zh-Hant": "繁體中文",
} as const;

export type Language = keyof typeof LANGUAGES;

const packs = import.meta.glob<Record<string, PartialLabels>>(
	"../../../../packages/client/src/labels/{ar,de,es,fr,he,it,ja,ko,nl,pl,pt-BR,ru,tr,uk,zh-Hans,zh-Hant}.ts",
);

/** What all components of a page are shown in. */
export const labels = shallowRef<PartialLabels>(en);
export const language = shallowRef<Language>("en");

export const isRtl = (tag: Language): boolean => tag === "ar" || tag === "he";

export async function choose(tag: Language): Promise<void> {
	const load = Object.entries(packs).find(([path]) => path.endsWith(`/${tag}.ts`))?.[1];
	const [pack] = load ? Object.values(await load()) : [en];
	if (!pack) return;
	labels.value = pack;
	language.value = tag;
}
