import { browserProject } from "@better-auth-bsky/conformance/project";

export const elementsProject = (tests?: string[]) =>
	browserProject({
		name: "elements",
		tests,
		include: ["better-auth/client"],
		server: "test/server.ts",
	});
