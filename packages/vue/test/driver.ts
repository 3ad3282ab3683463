import { atprotoAuthClient } from "@better-auth-bsky/client";
import {
	type ComponentName,
	type Components,
	type Driver,
	type Mounted,
	renderOnServer,
} from "@better-auth-bsky/conformance";
import { createAuthClient } from "better-auth/vue";
import { createApp, createSSRApp, h, nextTick, shallowRef } from "vue";
import { App } from "./app.ts";

/** Drives Vue. */
export const driver: Driver = {
	name: "Vue",
	async mount(name, props, into) {
		const container = (into ?? document.body).appendChild(document.createElement("div"));
		return begin(createApp, container, name, props);
	},
	renderToString: renderOnServer,
	async hydrate(container, name, props) {
		return begin(createSSRApp, container, name, props);
	},
	createAuthClient: () => createAuthClient({ plugins: [atprotoAuthClient()] }),
};

async function begin<N extends ComponentName>(
	create: typeof createApp,
	container: HTMLElement,
	name: N,
	first: Components[N],
): Promise<Mounted<Components[N]>> {
	const props = shallowRef(first);
	const app = create({ render: () => h(App, { name, props: props.value }) });
	app.mount(container);
	await nextTick();
	return {
		container,
		async update(changes) {
			props.value = { ...props.value, ...changes };
			await nextTick();
		},
		async unmount() {
			app.unmount();
			container.remove();
		},
	};
}
