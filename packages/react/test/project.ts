import { browserProject } from "@better-auth-bsky/conformance/project";

/** With the present React, or with the oldest that is supported. */
export const reactProject = ({ tests, version }: { tests?: string[]; version?: 18 } = {}) =>
	browserProject({
		name: "react",
		tests,
		sharesLooks: true,
		other: version && { name: `react-${version}`, packages: ["react", "react-dom"] },
		include: [
			"better-auth/react",
			"react",
			"react-dom",
			"react-dom/client",
			"react/jsx-dev-runtime",
		],
		server: "test/server.tsx",
	});
