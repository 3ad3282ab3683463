import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Components, Framework } from "../project/framework.ts";
import { type App, appName, isTypeScript } from "./app.ts";
import { appFolder, startFolder } from "./handler.ts";
import { byHand, edit, NOTHING, type Plan } from "./plan.ts";
import { inStyle } from "./style.ts";

const WHAT = "A page to sign in";

/** Where the page is, for whoever opens it. */
export const PAGE = "/sign-in";

/** Adds a page with the component, where no page has it. */
export function page(app: App): Plan {
	if ([...app.files.values()].some((text) => USES.test(text))) return NOTHING;
	const path = PATHS[app.framework]?.(app);
	const code = codeOf(app);
	const other = path && taken(app, path);
	if (path && !other) return edit(path, undefined, inStyle(code, app.style), WHAT);
	const plan = byHand(other ?? "", WHAT, inStyle(code, { ...app.style, eol: "\n" }));
	// A server alone may have its pages anywhere.
	if (app.framework !== "server") return plan;
	return { ...plan, byHand: plan.byHand.map((each) => ({ ...each, maybeElsewhere: true })) };
}

const USES =
	/\bBlueskySignIn\b|<bluesky-sign-in\b|\buseBskySignIn\b|\.signIn\.bsky\b|bsky\/sign-in/;

/** What the app has at that address already, or has its layouts in, so that a page needs another place. */
function taken(app: App, path: string): string | undefined {
	const { files, framework, root } = app;
	const paths = [...files.keys()];
	const page = paths.find((each) => addressOf(each) === addressOf(path));
	if (page) return page;
	if (existsSync(join(root, path))) return path;
	const folder = path.replace(/\/\+?page\.\w+$/, "");
	if (existsSync(join(root, folder))) return path;
	if (framework === "react-router") {
		return paths.find(
			(each) =>
				/^app\/routes\.[jt]s$/.test(each) && /["'`]\/?sign-in["'`]/.test(files.get(each) ?? ""),
		);
	}
	if (framework !== "next") return undefined;
	// A page without a layout above it is none; where there is no layout at all, Next.js makes one.
	const top = appFolder(app);
	const layouts = paths.filter((each) => each.startsWith(top) && /\/layout\.[jt]sx?$/.test(each));
	return layouts.some((each) => !each.slice(top.length + 1).includes("/")) ? undefined : layouts[0];
}

/** What a file is asked for by: neither groups of routes and layouts nor the name of the file are in that. */
const addressOf = (path: string): string =>
	path
		.split(/[/.]/)
		.slice(0, -1)
		.filter((each) => !/^(?:\(.*\)|_.*|\+?page(?:@.*)?|index|route|lazy)$/.test(each))
		.join("/");

/** Whether the page has a file of its own, and which. */
const PATHS: Partial<Record<Framework, (app: App) => string | undefined>> = {
	next: (app) => `${appFolder(app)}${PAGE}/page.${markup(app)}`,
	"next-pages": (app) =>
		`${existsSync(join(app.root, "src/pages")) ? "src/" : ""}pages${PAGE}.${markup(app)}`,
	sveltekit: () => `src/routes${PAGE}/+page.svelte`,
	nuxt: ({ root }) => {
		const folder = ["app/pages", "pages"].find((each) => existsSync(join(root, each)));
		return folder && `${folder}${PAGE}.vue`;
	},
	"tanstack-start": (app) => `${startFolder(app)}/routes${PAGE}.${markup(app)}`,
	astro: () => `src/pages${PAGE}.astro`,
	"react-router": (app) => `app/routes${PAGE}.${markup(app)}`,
};

const markup = (app: App): "tsx" | "jsx" => (isTypeScript(app) ? "tsx" : "jsx");

function codeOf(app: App): string {
	const name = appName(app.manifest);
	const { framework, auth } = app;
	const basePath = auth?.basePath ?? "/api/auth";
	const at = basePath === "/api/auth" ? "" : ` baseURL="${basePath}"`;
	if (framework === "expo") return SCREEN;
	if (framework === "vite") return spa(app.components, name);
	if (framework === "astro") {
		return astro(name, basePath === "/api/auth" ? "" : ` base-url="${basePath}"`);
	}
	if (app.components !== "react") return CODE[app.components](name, at);
	const code = CODE.react(name, at);
	if (framework === "next") return `"use client";\n\n${code}`;
	if (framework !== "tanstack-start") return code;
	return code
		.replace(/^/, 'import { createFileRoute } from "@tanstack/react-router";\n')
		.replace("export default function", "function")
		.replace(
			/(?=function SignIn)/,
			`export const Route = createFileRoute("${PAGE}")({ component: SignIn });\n\n`,
		);
}

/** They stay on the page, so that it is seen to work. */
const CODE: Record<Components, (name: string, at: string) => string> = {
	react: (
		name,
		at,
	) => `import { BlueskySignIn, BlueskyUser, useBskySession } from "@better-auth-bsky/react";
import "@better-auth-bsky/react/styles.css";

export default function SignIn() {
	const { data } = useBskySession();
	// callbackURL is where people go when they are signed in.
	return (
		<main>
			{data ? <BlueskyUser /> : <BlueskySignIn appName="${name}" callbackURL="${PAGE}"${at} />}
		</main>
	);
}
`,
	svelte: (name, at) => `<script>
	import { BlueskySignIn, BlueskyUser, useBskySession } from "@better-auth-bsky/svelte";
	import "@better-auth-bsky/svelte/styles.css";

	const session = useBskySession();
</script>

<main>
	{#if session.data}
		<BlueskyUser />
	{:else}
		<!-- callbackURL is where people go when they are signed in. -->
		<BlueskySignIn appName="${name}" callbackURL="${PAGE}"${at} />
	{/if}
</main>
`,
	vue: (name, at) => `<script setup>
import { BlueskySignIn, BlueskyUser, useBskySession } from "@better-auth-bsky/vue";
import "@better-auth-bsky/vue/styles.css";

const { data } = useBskySession();
</script>

<template>
	<!-- callbackURL is where people go when they are signed in. -->
	<main>
		<BlueskyUser v-if="data" />
		<BlueskySignIn v-else appName="${name}" callbackURL="${PAGE}"${at} />
	</main>
</template>
`,
	elements: (name, at) => `<script type="module">
	import "@better-auth-bsky/elements";
	import "@better-auth-bsky/elements/styles.css";
</script>

<bluesky-sign-in app-name="${name}" callback-url="/"${at.replace("baseURL", "base-url")}></bluesky-sign-in>
`,
};

const astro = (name: string, at: string) => `---
import "@better-auth-bsky/elements/styles.css";
---

<html lang="en">
	<head>
		<title>Sign in</title>
		<meta charset="utf-8" />
		<meta name="viewport" content="width=device-width" />
	</head>
	<body>
		<main>
			<!-- callback-url is where people go when they are signed in. -->
			<bluesky-sign-in app-name="${name}" callback-url="${PAGE}"${at}></bluesky-sign-in>
			<bluesky-user></bluesky-user>
		</main>
		<script>
			import "@better-auth-bsky/elements";
		</script>
	</body>
</html>
`;

/** The components are for web pages. */
const SCREEN = `import { useState } from "react";
import { Button, TextInput, View } from "react-native";
import { authClient } from "./auth-client"; // with expoClient() and atprotoAuthClient()

export function SignIn() {
	const [handle, setHandle] = useState("");
	return (
		<View>
			<TextInput
				accessibilityLabel="Bluesky handle"
				autoCapitalize="none"
				autoComplete="username"
				onChangeText={setHandle}
				value={handle}
			/>
			<Button
				title="Sign in with Bluesky"
				onPress={() => authClient.signIn.bsky({ handle, callbackURL: "/" })}
			/>
		</View>
	);
}
`;

/** A front end of its own, whose client knows where the server is. */
function spa(components: Components, name: string): string {
	if (components === "react") {
		return `import { BlueskySignIn, BskyProvider } from "@better-auth-bsky/react";
import "@better-auth-bsky/react/styles.css";
import { authClient } from "./auth-client"; // createAuthClient({ baseURL: … }), where your server is

<BskyProvider authClient={authClient}>
	<BlueskySignIn appName="${name}" callbackURL="/" />
</BskyProvider>;
`;
	}
	if (components === "elements") {
		return `import "@better-auth-bsky/elements/styles.css";
import { configure } from "@better-auth-bsky/elements";
import { authClient } from "./auth-client"; // createAuthClient({ baseURL: … }), where your server is

configure({ authClient });

// and on the page: <bluesky-sign-in app-name="${name}" callback-url="/"></bluesky-sign-in>
`;
	}
	const bound = components === "vue" ? ':authClient="authClient"' : "{authClient}";
	return `<script${components === "vue" ? " setup" : ""}>
import { BlueskySignIn } from "@better-auth-bsky/${components}";
import "@better-auth-bsky/${components}/styles.css";
import { authClient } from "./auth-client"; // createAuthClient({ baseURL: … }), where your server is
</script>

<BlueskySignIn ${bound} appName="${name}" callbackURL="/" />
`;
}
