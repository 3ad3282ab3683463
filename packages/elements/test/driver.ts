import { atprotoAuthClient } from "@better-auth-bsky/client";
import {
	type ComponentName,
	type Components,
	type Driver,
	type Mounted,
	renderOnServer,
} from "@better-auth-bsky/conformance";
import { createAuthClient } from "better-auth/client";
import { BlueskyAccounts } from "../src/bluesky-accounts.ts";
import { BlueskyScopeGate } from "../src/bluesky-scope-gate.ts";
import { BlueskySignIn } from "../src/bluesky-sign-in.ts";
import { BlueskyUser } from "../src/bluesky-user.ts";
import { configure } from "../src/context.ts";
import { COMPONENTS } from "./components.ts";

interface Callbacks {
	connectedCallback(): void;
	disconnectedCallback(): void;
}

/**
 * A page can't forget an element that it knows, so what a server has sent would come to life at
 * once. Here it sleeps until it is woken.
 */
const sleepy = (Awake: new () => HTMLElement) =>
	class extends Awake {
		connectedCallback(): void {
			if (!this.hasAttribute(ASLEEP)) of(Awake).connectedCallback.call(this);
		}
	};
const ASLEEP = "data-asleep";
const of = (Awake: new () => HTMLElement) => Awake.prototype as Callbacks;

function wake(container: Element): void {
	for (const one of container.querySelectorAll<HTMLElement & Callbacks>(`[${ASLEEP}]`)) {
		one.removeAttribute(ASLEEP);
		one.connectedCallback();
	}
}

customElements.define("bluesky-user", sleepy(BlueskyUser));
customElements.define("bluesky-sign-in", sleepy(BlueskySignIn));
customElements.define("bluesky-accounts", sleepy(BlueskyAccounts));
customElements.define("bluesky-scope-gate", sleepy(BlueskyScopeGate));

/** Drives the elements, as a page without a framework would. */
export const driver: Driver = {
	name: "elements",
	hasHooks: false,
	async mount(name, props, into) {
		const container = (into ?? document.body).appendChild(document.createElement("div"));
		return begin(container, name, props);
	},
	renderToString: renderOnServer,
	async hydrate(container, name, props) {
		return begin(container, name, props);
	},
	createAuthClient: () => createAuthClient({ plugins: [atprotoAuthClient()] }),
};

async function begin<N extends ComponentName>(
	container: HTMLElement,
	name: N,
	first: Components[N],
): Promise<Mounted<Components[N]>> {
	let props = first;
	configure(props.provider ?? {}, container);
	const { update, end } = COMPONENTS[name](container, props);
	wake(container);
	await null;
	return {
		container,
		async update(changes) {
			props = { ...props, ...changes };
			if (props.provider) configure(props.provider, container);
			update(props);
			await null;
		},
		async unmount() {
			end();
			container.remove();
			await null;
		},
	};
}
