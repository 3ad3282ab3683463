import { defineConfig } from "vitest/config";
import { reactProject } from "../project.ts";

export default defineConfig({
	test: { projects: [reactProject({ tests: ["test/screenshots/screenshots.ts"] })] },
});
