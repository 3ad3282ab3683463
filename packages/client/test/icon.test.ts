import { siBluesky } from "simple-icons";
import { expect, test } from "vitest";
import { BLUESKY_ICON } from "../src/icon.ts";

test("the butterfly is the one of Simple Icons", () => {
	expect(BLUESKY_ICON.path).toBe(siBluesky.path);
	expect(siBluesky.svg).toContain(`viewBox="${BLUESKY_ICON.viewBox}"`);
});
