import { defineConfig } from "vitest/config";
import { reactProject } from "../project.ts";

export default defineConfig({
	test: { projects: [reactProject(["test/screenshots/screenshots.ts"])] },
});
