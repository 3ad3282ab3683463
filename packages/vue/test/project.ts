import { browserProject } from "@better-auth-bsky/conformance/project";
import vue from "@vitejs/plugin-vue";

export const vueProject = (tests?: string[]) =>
	browserProject({
		name: "vue",
		tests,
		plugins: () => [vue()],
		include: ["better-auth/vue", "vue"],
		server: "test/server.ts",
	});
