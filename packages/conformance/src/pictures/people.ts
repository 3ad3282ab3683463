import { castWith } from "./cast.ts";

// Said apart, or Vite puts the picture itself into the URL, and only https and http are shown.
const { url } = import.meta;

/** Those of the pictures. */
export const CAST = castWith((name) => new URL(`./faces/${name}.svg`, url).href);
