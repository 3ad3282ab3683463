import { fileURLToPath } from "node:url";
import { bundle as bundleAll } from "@better-auth-bsky/tools/bundle";

const root = fileURLToPath(new URL("..", import.meta.url));
const external = ["vue", "better-auth", "better-auth/*"];

/** What a page downloads for this code, Vue and better-auth's own client apart. */
export const bundle = (contents: string) => bundleAll(contents, { root, external });
