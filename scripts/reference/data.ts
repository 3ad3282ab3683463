import {
	type Component,
	type Hook,
	isComponent,
	isHook,
	readComponent,
	readHook,
} from "./adapters.ts";
import {
	type Connect,
	type Controller,
	isConnect,
	isController,
	readConnect,
	readController,
} from "./controllers.ts";
import type { Package } from "./doors.ts";
import { type CustomElement, readElements } from "./elements.ts";
import { type Endpoint, readEndpoints } from "./endpoints.ts";
import {
	type ErrorCode,
	type LogLine,
	readChecks,
	readErrors,
	readLines,
	type SetUpCheck,
} from "./errors.ts";
import { callOf, type Export, exportsOf } from "./exports.ts";
import { type Flags, readFlags } from "./flags.ts";
import { readInside } from "./inside.ts";
import { type Member, membersOf } from "./members.ts";
import { type PartGroup, readParts } from "./parts.ts";
import { readTypes } from "./program.ts";
import { readSizes, type Sizes } from "./sizes.ts";
import { type CssProperty, readStyles } from "./styles.ts";
import { readTables, type Table } from "./tables.ts";

/** All that the tables say. Each group is sorted as its source is. */
export interface Reference {
	/** What each package exports, by its door. */
	exports: Record<string, Omit<Export, "symbol">[]>;
	core: {
		options: Member[];
		endpoints: Endpoint[];
		tables: Table[];
		/** What `events` takes. */
		events: Member[];
		errors: ErrorCode[];
		checks: SetUpCheck[];
		lines: LogLine[];
	};
	client: {
		controllers: Record<string, Controller>;
		connects: Record<string, Connect>;
		labels: Member[];
		languages: string[];
		styles: CssProperty[];
		/** What `data-part` may be. */
		parts: PartGroup[];
		/** What components tell of, by DOM events. */
		events: Member[];
	};
	/** The packages of the frameworks. */
	adapters: Record<string, Adapter>;
	/** By their tags. */
	elements: Record<string, CustomElement>;
	devnet: {
		types: Record<string, { text: string; members: Member[] }>;
		commands: Flags[];
		flags: Flags[];
	};
	sizes: Sizes;
}

interface Adapter {
	components: Record<string, Component>;
	hooks: Record<string, Hook>;
}

/** @param before the sizes that were said so far */
export async function readReference(
	packages: readonly Package[],
	before: Sizes,
): Promise<Reference> {
	const program = readTypes(packages);
	const checker = program.getTypeChecker();
	const exports = new Map(packages.map((each) => [each.name, exportsOf(each, program)]));
	const of = (name: string) => [...(exports.get(name)?.values() ?? [])];
	const one = (name: string, what: string) => need(exports.get(name)?.get(what), name, what);
	const client = need(
		packages.find(({ name }) => name === "client"),
		"client",
		"package.json",
	);
	const auth = need(callOf(one("core", "atprotoAuth"), checker), "core", "atprotoAuth");
	const type = (each: Export) => membersOf(checker.getDeclaredTypeOfSymbol(each.symbol), checker);
	const inside = readInside(program);
	const docsIn = (file: string, objects: string[], key: string) =>
		objects.map((object) => inside.docsIn(file, object, key)).find(Boolean) ?? "";
	const adapters = [...exports.keys()].filter((name) => of(name).some(isHook));
	return {
		exports: Object.fromEntries(
			packages
				.filter(({ name }) => of(name).length > 0)
				.map(({ name }) => [name, of(name).map(({ symbol, ...each }) => each)]),
		),
		core: {
			options: auth.parameters.flatMap((each) => membersOf(each, checker)),
			endpoints: readEndpoints(auth.result, checker),
			tables: readTables(auth.result, checker),
			events: type(one("core", "BskyEvents")),
			errors: readErrors((code) =>
				docsIn("core/src/errors.ts", ["SENTENCES", "CALL_SENTENCES"], code),
			),
			checks: readChecks(),
			lines: readLines((id) => docsIn("core/src/base/lines.ts", ["LINES", "OTHER_LINES"], id)),
		},
		client: {
			controllers: byName(of("client").filter(isController), (each) =>
				readController(each, checker),
			),
			connects: byName(of("client").filter(isConnect), (each) => readConnect(each, checker)),
			labels: type(one("client", "BskyLabels")),
			languages: client.families["./labels/*"] ?? [],
			styles: client.styles ? readStyles(client.styles) : [],
			parts: readParts(),
			events: membersOf(inside.typeIn("client/src/tell.ts", "BskyEvents"), checker),
		},
		adapters: Object.fromEntries(
			adapters.map((name) => [
				name,
				{
					components: byName(of(name).filter(isComponent), (each) => readComponent(each, checker)),
					hooks: byName(of(name).filter(isHook), (each) => readHook(each, checker)),
				},
			]),
		),
		elements: readElements((name) => one("elements", name), checker),
		devnet: {
			types: byName(of("devnet").filter(isTable), (each) => ({
				text: each.text,
				members: type(each),
			})),
			...readFlags(),
		},
		sizes: await readSizes(before),
	};
}

/** What of devnet's types is looked up: what goes in, and the network that comes out. */
const isTable = ({ name, isValue }: Export): boolean =>
	!isValue && (/Options$/.test(name) || name === "Network");

const byName = <T>(list: readonly Export[], read: (each: Export) => T): Record<string, T> =>
	Object.fromEntries(list.map((each) => [each.name, read(each)]));

function need<T>(found: T | null | undefined, where: string, what: string): T {
	if (found === null || found === undefined) throw new Error(`packages/${where} has no ${what}.`);
	return found;
}
