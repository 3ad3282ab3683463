import { conformance } from "@better-auth-bsky/conformance";
import { driver } from "./driver.svelte.ts";

conformance(driver);
