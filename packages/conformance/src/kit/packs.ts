import type { BskyLabels } from "@better-auth-bsky/client/labels";
import { ar } from "@better-auth-bsky/client/labels/ar";
import { de } from "@better-auth-bsky/client/labels/de";
import { es } from "@better-auth-bsky/client/labels/es";
import { fr } from "@better-auth-bsky/client/labels/fr";
import { he } from "@better-auth-bsky/client/labels/he";
import { it } from "@better-auth-bsky/client/labels/it";
import { ja } from "@better-auth-bsky/client/labels/ja";
import { ko } from "@better-auth-bsky/client/labels/ko";
import { nl } from "@better-auth-bsky/client/labels/nl";
import { pl } from "@better-auth-bsky/client/labels/pl";
import { ptBR } from "@better-auth-bsky/client/labels/pt-BR";
import { ru } from "@better-auth-bsky/client/labels/ru";
import { tr } from "@better-auth-bsky/client/labels/tr";
import { uk } from "@better-auth-bsky/client/labels/uk";
import { zhHans } from "@better-auth-bsky/client/labels/zh-Hans";
import { zhHant } from "@better-auth-bsky/client/labels/zh-Hant";

/** Every language that there is a pack for; a test of client's labels holds it to their folder. */
export const PACKS: BskyLabels[] = [
	ar,
	de,
	es,
	fr,
	he,
	it,
	ja,
	ko,
	nl,
	pl,
	ptBR,
	ru,
	tr,
	uk,
	zhHans,
	zhHant,
];
