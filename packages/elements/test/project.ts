import { browserProject } from "@better-auth-bsky/conformance/project";

export const elementsProject = ({ browser }: { browser?: "firefox" } = {}) =>
	browserProject({
		name: "elements",
		browser,
		include: ["better-auth/client"],
		server: "test/server.ts",
	});
