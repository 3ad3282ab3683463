import { cell, code, table, value } from "@better-auth-bsky/tools/markdown";
import type { Component } from "./adapters.ts";
import type { Reference } from "./data.ts";
import type { CustomElement } from "./elements.ts";
import type { Endpoint } from "./endpoints.ts";
import type { Flags } from "./flags.ts";
import type { Member } from "./members.ts";
import type { CssProperty } from "./styles.ts";
import type { Table } from "./tables.ts";

/**
 * What belongs between the marks of the READMEs, by their names: `core.options`,
 * `react.BlueskySignIn`, `size.react`.
 */
export function contentsOf(data: Reference): Map<string, string> {
	const { core, client, adapters, elements, devnet, sizes } = data;
	const found = new Map([
		["core.options", optionTable(core.options)],
		["core.endpoints", endpointTable(core.endpoints)],
		["core.errors", errorTable(core.errors)],
		["core.tables", core.tables.map(columnTable).join("\n\n")],
		["client.headless", headless(client)],
		["client.labels", memberTable("Label", client.labels)],
		["client.languages", client.languages.map(code).join(", ")],
		["client.styles", styleTable(client.styles)],
		["devnet.commands", flagTable(devnet.commands, "Command")],
		["devnet.flags", flagTable(devnet.flags)],
	]);
	for (const [adapter, { components, hooks }] of Object.entries(adapters)) {
		for (const [name, component] of Object.entries(components))
			found.set(`${adapter}.${name}`, propTable(component));
		for (const [name, { gives }] of Object.entries(hooks))
			found.set(`${adapter}.${name}`, memberTable("Gives", gives));
	}
	for (const [tag, element] of Object.entries(elements))
		found.set(`elements.${tag}`, elementTable(element));
	for (const [name, { members }] of Object.entries(devnet.types))
		found.set(
			`devnet.${name}`,
			/Options$/.test(name) ? optionTable(members) : memberTable("Member", members),
		);
	for (const [what, kilobytes] of Object.entries(sizes))
		found.set(`size.${what}`, `${kilobytes.toFixed(1)} kB`);
	return found;
}

/** The controllers of the headless layer, each followed by what makes props of its state. */
function headless({ controllers, connects }: Reference["client"]): string {
	const doors = new Set(Object.values(controllers).map(({ door }) => door));
	const of = <T extends { door: string }>(all: Record<string, T>, door: string) =>
		Object.entries(all).filter(([, each]) => each.door === door);
	return [...doors]
		.flatMap((door) => [
			...of(controllers, door).flatMap(([name, { text, options, members, state }]) => [
				`#### ${code(`${name}()`)}\n\n${text}`,
				optionTable(options),
				`What it gives:\n\n${memberTable("Member", members)}`,
				...(state.length > 0 ? [`Its \`$state\`:\n\n${memberTable("Member", state)}`] : []),
			]),
			...of(connects, door).flatMap(([name, { text, members }]) => [
				`#### ${code(`${name}()`)}\n\n${text}`,
				memberTable("Member", members),
			]),
		])
		.join("\n\n");
}

const memberTable = (head: string, members: readonly Member[]): string =>
	memberRows(head, members, (each) => value(each.default));

/** Of what goes in: here it matters what may be left out. */
const optionTable = (options: readonly Member[], head = "Option"): string =>
	memberRows(head, options, (each) => (each.optional ? value(each.default) : "(required)"));

const memberRows = (
	head: string,
	members: readonly Member[],
	defaultOf: (each: Member) => string,
): string =>
	table(
		[head, "Type", "Default", ""],
		members.map((each) => [code(each.name), code(each.type), defaultOf(each), textOf(each)]),
	);

const textOf = ({ text, see = [] }: Member): string =>
	[cell(text), ...see.map((link) => `([more](${link}))`)].join(" ");

function propTable({ props, bindable, events, slots }: Component): string {
	const rows = [
		...props.map((each) => ({
			...each,
			name: bindable.includes(each.name) ? `bind:${each.name}` : each.name,
		})),
		...events.map((each) => ({
			...each,
			name: `@${kebab(each.name)}`,
			// What it returns is for Vue, which asks whether the event is a valid one.
			type: each.type.replace(/=> .*$/, "=> void"),
			optional: true,
		})),
		...slots.map((each) => ({ ...each, name: `#${each.name}` })),
	];
	return optionTable(rows, "Prop");
}

const elementTable = ({ options }: CustomElement): string =>
	table(
		["Attribute", "Property", "Type", "Default", ""],
		options.map((each) => [
			code(each.attribute),
			code(each.name),
			code(each.type),
			value(each.default),
			textOf(each),
		]),
	);

const kebab = (name: string): string =>
	name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const endpointTable = (endpoints: readonly Endpoint[]): string =>
	table(
		["Endpoint", "`auth.api`", "", "Takes", "Answers", "Limit"],
		endpoints.map(({ name, method, path, text, takes, gives, limit }) => [
			path ? code(`${method} ${path}`) : "on the server only",
			code(name),
			cell(text),
			code(takes),
			gives && /^[{[]|</.test(gives) ? code(gives) : cell(gives ?? ""),
			limit ? `${limit.max} in ${limit.seconds} s` : "",
		]),
	);

const errorTable = (errors: Reference["core"]["errors"]): string =>
	table(
		["Code", "Status", ""],
		errors.map(({ code: name, status, text }) => [code(name), String(status), cell(text)]),
	);

const columnTable = ({ name, text, columns }: Table): string =>
	`${code(name)}: ${cell(text)}\n\n${table(
		["Column", "Type", ""],
		columns.map((each) => [code(each.name), cell(each.type), cell(each.text)]),
	)}`;

const styleTable = (styles: readonly CssProperty[]): string =>
	table(
		["Property", "Default", ""],
		styles.map((each) => [code(each.name), code(each.default), cell(each.text)]),
	);

const flagTable = (flags: readonly Flags[], head = "Flag"): string =>
	table(
		[head, ""],
		flags.map((each) => [each.flags.map(code).join(", "), cell(each.text)]),
	);
