import { Suspense, startTransition } from "react";
import { flushSync } from "react-dom";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
	BlueskySignIn,
	BlueskyUser,
	BskyProvider,
	type UseBskySignIn,
	type UseBskySignInOptions,
	useBskyAgent,
	useBskyProfile,
	useBskyScope,
	useBskySession,
	useBskySignIn,
} from "../src/index.ts";

let root: Root;
beforeEach(() => {
	root = createRoot(document.body.appendChild(document.createElement("div")));
});
afterEach(() => {
	flushSync(() => root.unmount());
	document.body.replaceChildren();
});

function Consumer({ onRender }: { onRender: () => void }) {
	onRender();
	return useBskySession().data?.handle;
}

test("a provider that says the same again renders nobody again", () => {
	let renders = 0;
	const consumer = <Consumer onRender={() => renders++} />;
	const say = (theme: "dark" | "light") =>
		flushSync(() =>
			root.render(
				<BskyProvider baseURL="/rendering" session={null} theme={theme}>
					{consumer}
				</BskyProvider>,
			),
		);
	say("dark");
	const before = renders;
	say("dark");
	expect(renders).toBe(before);
	say("light");
	expect(renders).toBe(before + 1);
});

test("a provider inside another one adds to what is said around it", () => {
	flushSync(() =>
		root.render(
			<BskyProvider baseURL="/around" appName="Around" session={null}>
				<BskyProvider theme="dark" appName={undefined}>
					<BlueskySignIn />
				</BskyProvider>
			</BskyProvider>,
		),
	);
	expect(document.querySelector("[data-part=title]")?.textContent).toBe("Sign in to Around");
	expect(document.querySelector("form")?.getAttribute("action")).toBe("/around/bsky/sign-in");
	expect(document.querySelector("[data-bsky-theme=dark]")).not.toBeNull();
});

test("inside a form of the app's own, the way in opens", async () => {
	const keep = (event: Event) => event.preventDefault();
	document.addEventListener("submit", keep, true);
	vi.spyOn(console, "error").mockImplementation(() => {});
	flushSync(() =>
		root.render(
			<BskyProvider baseURL="/inside" session={null}>
				<form>
					<BlueskyUser signIn />
				</form>
			</BskyProvider>,
		),
	);
	document.querySelector<HTMLElement>('[data-part="open"]')?.click();
	await vi.waitFor(() => expect(document.querySelector("dialog[open]")).not.toBeNull(), 20_000);
	document.removeEventListener("submit", keep, true);
	vi.restoreAllMocks();
});

const never = new Promise(() => {});
function Waiting(): never {
	throw never;
}

interface FormProps extends UseBskySignInOptions {
	waits?: boolean;
	onRender: (form: UseBskySignIn) => void;
}

function Form({ waits, onRender, ...options }: FormProps) {
	onRender(useBskySignIn(options));
	return waits ? <Waiting /> : null;
}

test("options are those of what is shown, not of a render that React has dropped", async () => {
	const sent = vi.fn<typeof fetch>(async () => Response.json({ url: "https://pds.example/" }));
	let form: UseBskySignIn | undefined;
	const seen: unknown[] = [];
	const show = (callbackURL: string, waits = false) =>
		root.render(
			<Suspense fallback="…">
				<Form
					callbackURL={callbackURL}
					fetch={sent}
					navigate={() => {}}
					waits={waits}
					onRender={(now) => {
						form = now;
						seen.push(now.api.getHiddenInputs()[0]?.value);
					}}
				/>
			</Suspense>,
		);
	flushSync(() => show("/a"));
	startTransition(() => show("/b", true));
	await vi.waitFor(() => expect(seen).toContain("/b"));
	await form?.signIn.submit("alice.test");
	expect(JSON.parse(String(sent.mock.calls[0]?.[1]?.body))).toMatchObject({ callbackURL: "/a" });

	flushSync(() => show("/c"));
	expect(seen.at(-1)).toBe("/c");
	form?.signIn.abort();
	await form?.signIn.submit("alice.test");
	expect(JSON.parse(String(sent.mock.calls[1]?.[1]?.body))).toMatchObject({ callbackURL: "/c" });
});

const alice = {
	did: `did:plc:${"a".repeat(24)}`,
	handle: "alice.test",
	active: true,
	grantedScope: "atproto",
} as const;
const makeAgent = vi.fn((agent: object) => ({ agent }));

type HookOptions = NonNullable<Parameters<typeof useBskySession>[0]>;

const HOOKS: Record<string, (options: HookOptions) => unknown> = {
	useBskySession,
	useBskyProfile: (options) => useBskyProfile("alice.test", options),
	useBskyAgent: (options) => useBskyAgent(makeAgent, options),
	useBskyScope: (options) => useBskyScope("atproto", options),
	"useBskyScope, of another account": (options) =>
		useBskyScope("atproto", { ...options, did: "did:plc:other" }),
	useBskySignIn: ({ fetch }) => useBskySignIn({ fetch }),
};

const INLINE: Record<string, (sent: typeof fetch) => HookOptions> = {
	fetch: (sent) => ({ fetch: (input, init) => sent(input, init) }),
	initial: (sent) => ({ fetch: sent, initial: { ...alice } }),
	"fetch and initial": (sent) => ({
		fetch: (input, init) => sent(input, init),
		initial: { ...alice },
	}),
};

const cases = Object.keys(HOOKS).flatMap((hook) =>
	Object.keys(INLINE).map((inline) => [hook, inline] as const),
);

interface AskingProps {
	hook: string;
	inline: string;
	sent: typeof fetch;
	onRender: () => void;
}

function Asking({ hook, inline, sent, onRender }: AskingProps) {
	onRender();
	HOOKS[hook]?.({ baseURL: `/${hook}/${inline}`, ...INLINE[inline]?.(sent) });
	return null;
}

test.each(cases)("%s, with %s written in the component, comes to rest", async (hook, inline) => {
	const sent = vi.fn<typeof fetch>(async () => Response.json(alice));
	const onRender = vi.fn();
	makeAgent.mockClear();
	const render = () =>
		flushSync(() => root.render(<Asking {...{ hook, inline, sent, onRender }} />));
	render();
	await new Promise((resolve) => setTimeout(resolve, 100));
	render();
	await new Promise((resolve) => setTimeout(resolve, 50));
	expect(sent.mock.calls.length).toBeLessThanOrEqual(3);
	expect(makeAgent.mock.calls.length).toBe(hook === "useBskyAgent" ? 1 : 0);
	expect(onRender.mock.calls.length).toBeLessThanOrEqual(8);
});
