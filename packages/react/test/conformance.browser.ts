import { conformance } from "@better-auth-bsky/conformance";
import { driver } from "./driver.tsx";

conformance(driver);
