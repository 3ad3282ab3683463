import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cell, code, table, value } from "@better-auth-bsky/tools/markdown";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import type { Reference } from "../../scripts/reference/data.ts";
import type { Member } from "../../scripts/reference/members.ts";
import { contentsOf } from "../../scripts/reference/pages.ts";
import { errorPage } from "./errors.ts";
import { slug } from "./slug.ts";

/** A page, or a part of one. */
interface Place {
	title: string;
	/** From the root of the site. */
	address: string;
}

/** Where the site has a table that a README has between marks of this name. */
export function placeOf(mark: string): Place | undefined {
	const [group = "", name = ""] = mark.split(/\.(.*)/);
	if (mark in PAGES) return PAGES[mark];
	if (["react", "svelte", "vue"].includes(group) && name)
		return {
			title: `Everything that ${name} takes or gives`,
			address: `/reference/${group}#${slug(name)}`,
		};
	if (group === "elements" && name)
		return {
			title: `Everything that \`<${name}>\` takes`,
			address: `/reference/elements#${slug(name)}`,
		};
	if (group === "devnet" && name)
		return { title: `Everything in ${name}`, address: `/reference/devnet#${slug(name)}` };
	return undefined;
}

const PAGES: Record<string, Place> = {
	"core.options": { title: "Every option", address: "/reference/options" },
	"core.endpoints": { title: "Every endpoint", address: "/reference/endpoints" },
	"core.tables": { title: "Every table and column", address: "/reference/tables" },
	"core.errors": { title: "Every error, and what to do", address: "/errors" },
	"client.headless": {
		title: "Every controller and what it connects",
		address: "/reference/headless",
	},
	"client.labels": { title: "Every label", address: "/reference/labels" },
	"client.styles": { title: "Every CSS property and part", address: "/reference/styles" },
};

/** The pages that docs/reference.json makes, by their paths. */
export function referencePages(): [page: string, text: string][] {
	const data: Reference = JSON.parse(readFileSync(join(ROOT, "docs", "reference.json"), "utf8"));
	const tables = contentsOf(data);
	const need = (mark: string) => tables.get(mark) ?? "";
	const { core, client, adapters, elements, devnet, exports } = data;
	return [
		[
			"reference/options",
			page("Options", 10, "Everything that `atprotoAuth()` takes. On localhost it needs none.", [
				...core.options.map((option, index) => {
					const [group] = option.name.split(".");
					const isFirst = !core.options
						.slice(0, index)
						.some(({ name }) => name.startsWith(`${group}.`));
					// What an error at start-up links to that is about the whole of a group.
					const place = option.name.includes(".") && isFirst ? `<a id="${group}"></a>\n\n` : "";
					return place + section(option);
				}),
				...BETTER_AUTHS,
			]),
		],
		[
			"reference/endpoints",
			page(
				"Endpoints",
				20,
				"What the plugin adds to better-auth: below its `basePath` over HTTP, and on `auth.api`.",
				core.endpoints.map(({ name, method, path, text, takes, gives, limit }) =>
					[
						`## ${name} {#${name}}`,
						text,
						table(
							["", ""],
							[
								["HTTP", path ? code(`${method} ${path}`) : "on the server only"],
								["On the server", code(`auth.api.${name}()`)],
								["Takes", code(takes)],
								["Answers", gives && /^[{[]|</.test(gives) ? code(gives) : cell(gives ?? "")],
								["Limit", limit ? `${limit.max} requests in ${limit.seconds} seconds` : ""],
							].filter(([, value]) => value),
						),
					].join("\n\n"),
				),
			),
		],
		[
			"reference/tables",
			page(
				"Tables",
				30,
				"What the plugin adds to the database.",
				core.tables.map(
					({ name }, index) =>
						`## ${name}\n\n${
							need("core.tables")
								.split(/\n\n(?=`)/)
								[index]?.replace(/^`[^`]+`: /, "") ?? ""
						}`,
				),
			),
		],
		[
			"reference/events",
			page(
				"Events",
				40,
				"What an app may hear of: on the server by `events`, in a page by the DOM.",
				[
					`## On the server\n\nHandlers in \`atprotoAuth({ events })\`, called after the commit. Nobody waits for them.`,
					...core.events.map(section3),
					`## In a page\n\nDOM events that bubble from the component; \`event.detail\` has what they tell. The callbacks of the same name are props.`,
					...client.events.map((each) => section3({ ...each, name: `bsky:${each.name}` })),
				],
			),
		],
		["errors", errorPage(data)],
		...Object.entries(adapters).map(([name, { components, hooks }], index): [string, string] => [
			`reference/${name}`,
			page(
				NAMES[name] ?? name,
				50 + index,
				`Components and hooks of \`@better-auth-bsky/${name}\`.`,
				[
					...Object.entries({ ...components, ...hooks }).map(([each, { text }]) =>
						[`## ${each}`, text, need(`${name}.${each}`)].join("\n\n"),
					),
				],
			),
		]),
		[
			"reference/elements",
			page(
				"Custom elements",
				54,
				"What each element takes, as an attribute and as a property.",
				Object.entries(elements).map(([tag, { text }]) =>
					[`## \`<${tag}>\` {#${tag}}`, text, need(`elements.${tag}`)].join("\n\n"),
				),
			),
		],
		[
			"reference/headless",
			page(
				"Headless",
				60,
				"The controllers behind every component, and what makes attributes of their state.",
				[need("client.headless").replace(/^####/gm, "##")],
			),
		],
		[
			"reference/labels",
			page(
				"Labels",
				70,
				`Every text of the components. There are packs in ${need("client.languages")}.`,
				[need("client.labels")],
			),
		],
		[
			"reference/styles",
			page(
				"CSS properties and parts",
				80,
				"What the looks go by. Set a property on any ancestor.",
				[
					`## Properties\n\n${need("client.styles")}`,
					`## Parts\n\nWhat the elements are called in \`data-part\`: \`[data-part="submit"] { … }\`.`,
					table(
						["Of", "Parts"],
						client.parts.map(({ of, parts }) => [of, parts.map(code).join(" ")]),
					),
				],
			),
		],
		[
			"reference/devnet",
			page("devnet", 90, "The local network, as a library and as a command.", [
				...Object.entries(devnet.types).map(([name, { text }]) =>
					[`## ${name}`, text, need(`devnet.${name}`)].join("\n\n"),
				),
				`## commands\n\nOf \`npx bsky-devnet\`, to the network that runs.\n\n${need("devnet.commands")}`,
				`## flags\n\nOf \`npx bsky-devnet\`.\n\n${need("devnet.flags")}`,
			]),
		],
		...Object.entries(exports).map(([name, list], index): [string, string] => [
			`reference/exports-${name}`,
			page(
				`All of ${name}`,
				100 + index,
				`Everything that \`@better-auth-bsky/${name}\` exports, types included, each by the first of its doors.`,
				[
					...[...new Set(list.map(({ door }) => door))].map((door) =>
						[
							`## ${code(`@better-auth-bsky/${name}${door.slice(1)}`)} {#${slug(door) || "index"}}`,
							...list
								.filter((each) => each.door === door)
								.map(({ name: each, text, definition }) =>
									[
										`### ${each} {#${each}}`,
										text,
										...(definition ? [`\`\`\`ts\n${declared(definition)}\n\`\`\``] : []),
									].join("\n\n"),
								),
						].join("\n\n"),
					),
				],
			),
		]),
	];
}

/** What errors at start-up are about, too, and is said in `betterAuth()`. */
const BETTER_AUTHS = [
	`## In betterAuth()\n\nErrors at start-up may be about better-auth's own options, too.`,
	"### baseURL {#baseURL}\n\nWhere the app is: one address, several, or none. [Hosts](/hosts) has what was tried.",
	"### id {#id}\n\nNo other plugin or provider may be called as this one is, or as `legacy.providerIds` says.",
];

const NAMES: Record<string, string> = { react: "React", svelte: "Svelte", vue: "Vue" };

/** As whoever uses it would write it. */
const declared = (definition: string): string => definition.replace(/^export /, "");

/** A page of the reference. */
function page(title: string, order: number, intro: string, parts: readonly string[]): string {
	return `---\ntitle: ${title}\norder: ${order}\noutline: 2\n---\n\n# ${title}\n\n${intro}\n\n${parts.join("\n\n")}\n`;
}

const section = (member: Member, level = 2): string => {
	const { name, type, optional, text, see = [], default: fallback } = member;
	const facts = [
		`Type: ${code(type)}`,
		optional ? fallback && `Default: ${value(fallback)}` : "Required.",
	].filter(Boolean);
	return [
		`${"#".repeat(level)} ${name} {#${name}}`,
		text,
		facts.join(" · "),
		...see.map((link) => `See <${link}>.`),
	].join("\n\n");
};

const section3 = (member: Member): string => section(member, 3);
