import { atprotoAuthClient } from "@better-auth-bsky/client";
import {
	type ComponentName,
	type Components,
	type Driver,
	type Mounted,
	renderOnServer,
} from "@better-auth-bsky/conformance";
import { createAuthClient } from "better-auth/react";
import { StrictMode } from "react";
import { flushSync } from "react-dom";
import { createRoot, hydrateRoot, type Root } from "react-dom/client";
import { App } from "./fixtures.tsx";

/** Drives React, in its StrictMode: every effect runs twice. */
export const driver: Driver = {
	name: "React",
	async mount(name, props, into) {
		const container = (into ?? document.body).appendChild(document.createElement("div"));
		const root = createRoot(container);
		flushSync(() => root.render(<Strict name={name} props={props} />));
		return mounted(root, container, name, props);
	},
	renderToString: renderOnServer,
	async hydrate(container, name, props) {
		const root = hydrateRoot(container, <Strict name={name} props={props} />, {
			onRecoverableError: (error) => console.error("While hydrating:", error),
		});
		// Hydration is asynchronous; an effect of React's comes after it.
		await new Promise((resolve) => setTimeout(resolve, 50));
		return mounted(root, container, name, props);
	},
	createAuthClient: () => createAuthClient({ plugins: [atprotoAuthClient()] }),
};

const Strict: typeof App = (props) => (
	<StrictMode>
		<App {...props} />
	</StrictMode>
);

function mounted<N extends ComponentName>(
	root: Root,
	container: HTMLElement,
	name: N,
	first: Components[N],
): Mounted<Components[N]> {
	let props = first;
	return {
		container,
		async update(changes) {
			props = { ...props, ...changes };
			flushSync(() => root.render(<Strict name={name} props={props} />));
		},
		async unmount() {
			flushSync(() => root.unmount());
			container.remove();
		},
	};
}
