import type { ServerModule } from "@better-auth-bsky/conformance";
import { renderToString } from "react-dom/server";
import { App } from "./fixtures.tsx";

export const render: ServerModule["render"] = (name, props) =>
	renderToString(<App name={name} props={props} />);
