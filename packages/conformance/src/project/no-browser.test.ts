import { test } from "vitest";

test.skip(process.env.SKIPPED ?? "", () => {});
