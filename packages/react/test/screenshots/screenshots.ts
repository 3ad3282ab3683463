import { screenshots } from "@better-auth-bsky/conformance/screenshots";
import { driver } from "../driver.tsx";

screenshots(driver, "../../../../docs/images/components");
