import type { BskyContext } from "@better-auth-bsky/client/context";
import type { ComponentName, Components } from "@better-auth-bsky/conformance";
import type { Attributes, FunctionComponent, ReactElement } from "react";
import {
	BlueskyAccounts,
	BlueskyScopeGate,
	BlueskySignIn,
	BlueskyUser,
	BskyProvider,
	type UseBskyScope,
	useBskyAgent,
	useBskyProfile,
	useBskySession,
	useBskySignIn,
} from "../src/index.ts";

/** The components of the suite, as an app of React would use them. */
const COMPONENTS: { [N in ComponentName]: (props: Components[N]) => ReactElement } = {
	BlueskySignIn: ({ ownButton, ...props }) => <BlueskySignIn {...props} {...own(ownButton)} />,
	BlueskyAccounts: ({ ownButton, ...props }) => <BlueskyAccounts {...props} {...own(ownButton)} />,
	BlueskyUser: ({ extra, ...props }) => (
		<BlueskyUser {...props}>{extra && <a href="/settings">{extra}</a>}</BlueskyUser>
	),
	BlueskyScopeGate: ({ text, ownFallback, ...props }) => (
		<BlueskyScopeGate {...props} fallback={ownFallback && fallback(ownFallback)}>
			{text}
		</BlueskyScopeGate>
	),
	SessionProbe,
	AgentProbe,
	ProfileProbes: ({ actors }) => (
		<>
			{actors.map((actor, index) => (
				// The same one may be there twice.
				// biome-ignore lint/suspicious/noArrayIndexKey: a place changes its actor
				<ProfileProbe key={index} actor={actor} />
			))}
		</>
	),
	CustomSignIn,
	Gates: ({ scopes, ...props }) => (
		<>
			{scopes.map((scope) => (
				<BlueskyScopeGate key={scope} {...props} scope={scope}>
					{scope}
				</BlueskyScopeGate>
			))}
		</>
	),
	Page: (props) => (
		<>
			<BlueskyUser {...props} signIn={{ as: "button" }} />
			<BlueskySignIn {...props} />
			<BlueskySignIn {...props} />
			<SessionProbe />
			<SessionProbe />
		</>
	),
};

const fallback =
	(text: string) =>
	({ state, allow }: UseBskyScope) => (
		<button type="button" onClick={allow}>
			{text}: {state}
		</button>
	);

const own = (text?: string) =>
	text === undefined
		? {}
		: {
				asChild: true,
				children: (
					<button type="button" className="own">
						{text}
					</button>
				),
			};

function SessionProbe() {
	const { data, isPending, error, refetch } = useBskySession();
	const state = isPending ? "pending" : error ? "failed" : data ? "signed-in" : "signed-out";
	return (
		<>
			<p data-part="probe" data-state={state}>
				{data?.handle ?? data?.did}
			</p>
			<button type="button" onClick={() => refetch()}>
				Refetch
			</button>
		</>
	);
}

let made = 0;

function AgentProbe() {
	const agent = useBskyAgent(({ did, fetchHandler }) => ({ number: ++made, did, fetchHandler }));
	return (
		<>
			<p data-part="probe" data-state={agent ? "ready" : "none"}>
				{agent && `${agent.number}: ${agent.did}`}
			</p>
			<button type="button" onClick={() => agent?.fetchHandler("/xrpc/a.b.c").catch(() => {})}>
				Call
			</button>
		</>
	);
}

function ProfileProbe({ actor }: { actor: string }) {
	const { data, isPending, error, refetch } = useBskyProfile(actor);
	const state = isPending ? "pending" : error ? "failed" : data ? "known" : "none";
	return (
		<>
			<p data-part="probe" data-state={state}>
				{error?.code ?? data?.displayName ?? data?.handle}
			</p>
			<button type="button" onClick={() => refetch()}>
				Refetch
			</button>
		</>
	);
}

function CustomSignIn({ as: _, ownButton: __, ...props }: Components["CustomSignIn"]) {
	const { api } = useBskySignIn(props);
	return (
		<form {...api.getFormProps()}>
			{api.getHiddenInputs().map((input) => (
				<input key={input.name} {...input} />
			))}
			{/** biome-ignore lint/a11y/noLabelWithoutControl: the props name it */}
			<label {...api.getLabelProps()}>{api.labelText}</label>
			<input {...api.getInputProps()} />
			{api.hasList && (
				<ul {...api.getListProps()}>
					{api.suggestions.map(({ handle }, index) => (
						<li key={handle} {...api.getOptionProps(index)}>
							{handle}
						</li>
					))}
				</ul>
			)}
			<button {...api.getSubmitProps()}>{api.submitText}</button>
			<p {...api.getErrorProps()}>{api.error}</p>
			<p {...api.getStatusProps()}>{api.statusText}</p>
		</form>
	);
}

export function App<N extends ComponentName>({ name, props }: { name: N; props: Components[N] }) {
	const Component = COMPONENTS[name] as FunctionComponent<Components[N]>;
	const { provider, ...rest } = props as { provider?: BskyContext };
	const component = <Component {...(rest as Components[N] & Attributes)} />;
	return provider ? <BskyProvider {...provider}>{component}</BskyProvider> : component;
}
