import type { BskyContext } from "@better-auth-bsky/client/context";
import type { ComponentName } from "@better-auth-bsky/conformance";
import { type Component, type FunctionalComponent, h } from "vue";
import { BskyProvider } from "../src/index.ts";
import Accounts from "./accounts.vue";
import AgentProbe from "./agent-probe.vue";
import CustomSignIn from "./custom-sign-in.vue";
import Gates from "./gates.vue";
import Page from "./page.vue";
import ProfileProbes from "./profile-probes.vue";
import ScopeGate from "./scope-gate.vue";
import SessionProbe from "./session-probe.vue";
import SignIn from "./sign-in.vue";
import User from "./user.vue";

/** The components of the suite, as an app of Vue would use them. */
const COMPONENTS: Record<ComponentName, Component> = {
	BlueskySignIn: SignIn,
	BlueskyAccounts: Accounts,
	BlueskyUser: User,
	BlueskyScopeGate: ScopeGate,
	CustomSignIn,
	Gates,
	Page,
	SessionProbe,
	AgentProbe,
	ProfileProbes,
};

interface AppProps {
	name: ComponentName;
	props: { provider?: BskyContext };
}

export const App: FunctionalComponent<AppProps> = ({ name, props }) => {
	const component = () => h(COMPONENTS[name], /^(Session|Agent)Probe$/.test(name) ? {} : { props });
	return props.provider ? h(BskyProvider, props.provider, component) : component();
};
App.props = ["name", "props"];
