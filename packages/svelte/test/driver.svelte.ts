import { atprotoAuthClient } from "@better-auth-bsky/client";
import {
	type ComponentName,
	type Components,
	type Driver,
	type Mounted,
	renderOnServer,
} from "@better-auth-bsky/conformance";
import { createAuthClient } from "better-auth/svelte";
import { flushSync, hydrate, mount, unmount } from "svelte";
import App from "./app.svelte";

/** Drives Svelte. */
export const driver: Driver = {
	name: "Svelte",
	async mount(name, props, into) {
		return begin(
			mount,
			(into ?? document.body).appendChild(document.createElement("div")),
			name,
			props,
		);
	},
	renderToString: renderOnServer,
	async hydrate(container, name, props) {
		return begin(hydrate, container, name, props);
	},
	createAuthClient: () => createAuthClient({ plugins: [atprotoAuthClient()] }),
};

function begin<N extends ComponentName>(
	start: typeof mount | typeof hydrate,
	container: HTMLElement,
	name: N,
	first: Components[N],
): Mounted<Components[N]> {
	let props = $state.raw(first);
	const app = start(App, {
		target: container,
		props: {
			name,
			get props() {
				return props;
			},
		},
	});
	flushSync();
	return {
		container,
		async update(changes) {
			props = { ...props, ...changes };
			flushSync();
		},
		async unmount() {
			await unmount(app);
			container.remove();
		},
	};
}
