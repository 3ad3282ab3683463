import { browserProject } from "@better-auth-bsky/conformance/project";

export const reactProject = (tests?: string[]) =>
	browserProject({
		name: "react",
		tests,
		include: [
			"better-auth/react",
			"react",
			"react-dom",
			"react-dom/client",
			"react/jsx-dev-runtime",
		],
		server: "test/server.tsx",
	});
