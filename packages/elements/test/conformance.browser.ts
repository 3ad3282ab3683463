import { conformance } from "@better-auth-bsky/conformance";
import { driver } from "./driver.ts";

conformance(driver);
