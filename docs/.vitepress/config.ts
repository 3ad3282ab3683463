import { join } from "node:path";
import { type DefaultTheme, postcssIsolateStyles, type UserConfigFn } from "vitepress";
import { hovers } from "../site/hovers.ts";
import { STAGED } from "../site/links.ts";
import { writeLlms } from "../site/llms.ts";
import { readable } from "../site/markdown.ts";
import { REPOSITORY } from "../site/repository.ts";
import { sidebar, sidebars } from "../site/sidebar.ts";
import { slug } from "../site/slug.ts";

const DOCS = join(import.meta.dirname, "..");
const PAGES = join(DOCS, STAGED);

const title = "better-auth-bsky";
const description = "Sign in with Bluesky, for every TypeScript app that uses better-auth.";
const base = process.env.DOCS_BASE ?? "/";
const groups = sidebar(PAGES);

/** Names show what they are in what is built; a page that is being written isn't to wait for that. */
const config: UserConfigFn<DefaultTheme.Config> = ({ command }) => ({
	title,
	description,
	base,
	lang: "en",
	srcDir: STAGED,
	cleanUrls: true,
	head: [["link", { rel: "icon", href: `${base}icon.svg`, type: "image/svg+xml" }]],
	transformHead: ({ page }) => [
		["link", { rel: "alternate", type: "text/markdown", href: base + page }],
	],
	buildEnd: ({ outDir }) =>
		writeLlms({ title, description, base, from: PAGES, to: outDir, groups }),
	markdown: {
		anchor: { slugify: slug },
		theme: { light: "github-light-high-contrast", dark: "github-dark-default" },
		config: readable,
		codeTransformers: command === "build" ? [hovers()] : [],
	},
	themeConfig: {
		nav: [
			{ text: "Begin", link: "/overview" },
			{ text: "Components", link: "/components" },
			{ text: "Reference", link: "/reference/options" },
			{ text: "Errors", link: "/errors" },
		],
		sidebar: sidebars(groups),
		outline: [2, 3],
		search: { provider: "local", options: { detailedView: true } },
		socialLinks: [{ icon: "github", link: REPOSITORY, ariaLabel: "The repository" }],
		footer: {
			message:
				"MIT licensed. The name Bluesky and the butterfly are trademarks of Bluesky Social PBC, which neither made nor endorses this.",
		},
	},
	vite: {
		publicDir: join(DOCS, "public"),
		// Workspace packages are shown from their sources, never from a build that may be stale.
		resolve: { conditions: ["@better-auth-bsky/source"] },
		// Live components look as they do in a page without a style of its own.
		css: {
			postcss: { plugins: [postcssIsolateStyles({ includeFiles: [/vp-doc\.css/, /base\.css/] })] },
		},
		// A face in a page is shown by its address.
		build: { assetsInlineLimit: 0 },
	},
});

export default config;
