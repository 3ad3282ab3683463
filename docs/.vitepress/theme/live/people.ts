import { castWith } from "../../../../packages/conformance/src/pictures/cast.ts";
import ali from "../../../../packages/conformance/src/pictures/faces/ali.svg?url";
import alice from "../../../../packages/conformance/src/pictures/faces/alice.svg?url";
import aline from "../../../../packages/conformance/src/pictures/faces/aline.svg?url";
import max from "../../../../packages/conformance/src/pictures/faces/max.svg?url";

const FACES = { ali, alice, aline, max };

/** Those of the pictures; only faces by https and http are shown. */
export const CAST = castWith((name) => new URL(FACES[name], location.href).href);

/** Whom the network of a page knows. */
export const PEOPLE = [...new Set([...CAST.found, ...CAST.usedBefore])];
