import type { BskyLabels } from "@better-auth-bsky/client/labels";
import { de } from "@better-auth-bsky/client/labels/de";
import { es } from "@better-auth-bsky/client/labels/es";
import { fr } from "@better-auth-bsky/client/labels/fr";
import { it } from "@better-auth-bsky/client/labels/it";
import { ja } from "@better-auth-bsky/client/labels/ja";
import { ko } from "@better-auth-bsky/client/labels/ko";
import { nl } from "@better-auth-bsky/client/labels/nl";
import { ptBR } from "@better-auth-bsky/client/labels/pt-BR";

/** Every language that there is a pack for; a test of client's labels holds it to their folder. */
export const PACKS: BskyLabels[] = [de, es, fr, it, ja, ko, nl, ptBR];
