import { test } from "vitest";

test.skip(`the components of ${process.env.BROWSER_PROJECT}: NO_BROWSER is set`, () => {});
