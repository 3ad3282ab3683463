import { screenshots } from "@better-auth-bsky/conformance";
import { driver } from "../driver.tsx";

screenshots(driver, "../../../../docs/images/components");
