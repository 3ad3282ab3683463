import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { FIRST_PORT } from "../defaults.ts";
import { DevnetError } from "../errors.ts";
import { HABITS, type HabitName } from "../habits/names.ts";
import type { NetworkOptions } from "../options.ts";

/** The command is used wrongly. */
export class UsageError extends DevnetError {
	override name = "UsageError";

	constructor(problem: string) {
		super(`${problem.replace(/\.$/, "")}. "--help" lists what there is.`);
	}
}

/** What the command line asks for. */
export interface Command {
	show?: "help" | "version";
	options: NetworkOptions;
	publish: { origin: string; target: string | number }[];
	/** Of every PDS. */
	habits: HabitName[];
	json: boolean;
}

const FLAGS = {
	port: { type: "string" },
	"plc-port": { type: "string" },
	"pds-port": { type: "string", multiple: true },
	"appview-port": { type: "string" },
	"resolver-port": { type: "string" },
	"jetstream-port": { type: "string" },
	"control-port": { type: "string" },
	host: { type: "string" },
	seed: { type: "string" },
	"second-pds": { type: "boolean" },
	appview: { type: "string" },
	postgres: { type: "string" },
	data: { type: "string" },
	publish: { type: "string", multiple: true },
	behave: { type: "string", multiple: true },
	"no-accounts": { type: "boolean" },
	json: { type: "boolean" },
	verbose: { type: "boolean" },
	help: { type: "boolean", short: "h" },
	version: { type: "boolean", short: "v" },
} as const;

const APP_VIEWS = ["stand-in", "reference", "none"] as const;

/** Reads the command line. Throws a {@link DevnetError} that says what is wrong with it. */
export function parseCommand(argv: readonly string[]): Command {
	const values = parse(argv);
	const appView = APP_VIEWS.find((kind) => kind === (values.appview ?? "stand-in"));
	if (!appView)
		throw new DevnetError(`--appview takes ${APP_VIEWS.join(", ")}, not "${values.appview}"`);
	const second = values["second-pds"] || (values["pds-port"]?.length ?? 0) > 1;
	return {
		...(values.version && { show: "version" }),
		...(values.help && { show: "help" }),
		options: {
			...ports(values),
			pdsCount: second ? 2 : 1,
			appView,
			...(values.host && { host: values.host }),
			...(values.seed && { seed: values.seed }),
			...(values.postgres && { postgresUrl: values.postgres }),
			...(values.data && { dataDir: values.data }),
			...(values["no-accounts"] && { accounts: [] }),
			...(values.verbose && { verbose: true }),
		},
		publish: (values.publish ?? []).map(publication),
		habits: (values.behave ?? []).map(habit),
		json: values.json ?? false,
	};
}

type Values = ReturnType<typeof parse>;

function parse(argv: readonly string[]) {
	try {
		return parseArgs({ args: [...argv], options: FLAGS }).values;
	} catch (error) {
		throw new UsageError((error as Error).message);
	}
}

/** The ports asked for, and stable ones for the rest; a kept folder has its own already. */
function ports(values: Values): Partial<NetworkOptions> {
	const kept = values.data !== undefined && existsSync(join(values.data, "network.json"));
	const first = values.port === undefined ? undefined : firstOf(values.port);
	const base = first ?? (kept ? undefined : FIRST_PORT);
	// Of 0, each is any free one.
	const at = (offset: number) => (base ? base + offset : base);
	type Flag = "plc-port" | "appview-port" | "resolver-port" | "jetstream-port" | "control-port";
	const own = (flag: Flag, offset: number) => {
		const value = values[flag];
		return value === undefined ? at(offset) : number(`--${flag}`, value);
	};
	const pds = (values["pds-port"] ?? []).map((value) => number("--pds-port", value));
	const pdsPort = [pds[0] ?? at(1), pds[1] ?? at(4)].filter((port) => port !== undefined);
	const chosen = {
		plcPort: own("plc-port", 0),
		pdsPort: pdsPort.length > 0 ? pdsPort : undefined,
		appViewPort: own("appview-port", 2),
		handleResolverPort: own("resolver-port", 3),
		jetstreamPort: own("jetstream-port", 5),
		controlPort: own("control-port", 6) ?? 0,
	};
	return Object.fromEntries(Object.entries(chosen).filter(([, port]) => port !== undefined));
}

function publication(value: string): Command["publish"][number] {
	const split = value.lastIndexOf("=");
	const origin = value.slice(0, split);
	const target = value.slice(split + 1);
	if (split < 0 || !target)
		throw new DevnetError(
			`--publish takes an origin and the port of the app, like https://my-app.dev=3000, not "${value}"`,
		);
	if (/^0+$/.test(target))
		throw new DevnetError(`Nothing listens on port 0: give a port of the app`);
	return { origin, target: /^\d+$/.test(target) ? number("--publish", target) : target };
}

function habit(value: string): HabitName {
	const name = HABITS.find((each) => each === value);
	if (name) return name;
	throw new DevnetError(`--behave takes the name of a habit, not "${value}": ${HABITS.join(", ")}`);
}

/** Seven in a row begin there. */
function firstOf(value: string): number {
	const port = number("--port", value);
	if (port <= 65_529) return port;
	throw new DevnetError(
		`--port takes the first of seven ports, a number up to 65529, not "${value}"`,
	);
}

function number(flag: string, value: string): number {
	const port = Number(value);
	if (/^\d+$/.test(value) && port <= 65_535) return port;
	throw new DevnetError(`${flag} takes a port, a number up to 65535, not "${value}"`);
}
