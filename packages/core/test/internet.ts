import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { builtinModules, createRequire, syncBuiltinESMExports } from "node:module";
import { type AddressInfo, isIP, type LookupFunction, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A public internet that leads nowhere but to this machine. Names that a test publishes have a
 * public address and a server with TLS; names it points somewhere have that address; every other
 * name doesn't exist. Nothing can leave: a connection is made to 127.0.0.1 or ::1, or not at all.
 *
 * It stands below everything the code under test does to protect itself: the guards judge the
 * names, addresses and redirects that they would meet outside.
 */
export interface Internet extends Disposable {
	/** Gives `name` a public address, and serves it with TLS. @param port as seen from outside */
	publish(name: string, listener: RequestListener, port?: number): Promise<void>;
	/** Puts a server that this machine has on `port` where 127.0.0.1 and ::1 would have theirs. */
	inside(port: number, outsidePort: number): void;
	/** Points a name at an address, as whoever owns a domain can. */
	point(name: string, address: string): void;
	/** Sets the TXT records of a name, or what its name servers fail with; or they stay silent. */
	text(name: string, records: Texts): void;
	/** Every attempt to open a connection, `host:port`. */
	readonly dialled: string[];
}

type Texts = string | string[] | Error | Promise<never>;
type Callback = (error: Error | null, address?: unknown, family?: number) => void;

interface ConnectOptions {
	host?: string;
	port: number;
	lookup?: LookupFunction;
	rejectUnauthorized?: boolean;
}

const require = createRequire(import.meta.url);
const builtin = (name: string): Record<string, unknown> => {
	if (!builtinModules.includes(name)) throw new Error(`no module ${name}`);
	return require(`node:${name}`) as Record<string, unknown>;
};

const isLoopback = (address: string) =>
	/^127\.|^::1$|^::ffff:127\.|^0\.0\.0\.0$|^::$/.test(address);
/** Of this nothing has ever been given out: public by every rule, and nowhere. */
const PUBLIC = "2e00::";
const isPublic = (address: string) => address.startsWith(PUBLIC);

export function openInternet(): Internet {
	/** Name to address. */
	const addresses = new Map<string, string>([["localhost", "127.0.0.1"]]);
	const texts = new Map<string, Texts>();
	/** Address and port as seen from outside, to the port of 127.0.0.1 where it is served. */
	const ports = new Map<string, number>();
	const dialled: string[] = [];
	const undo = new DisposableStack();
	undo.defer(syncBuiltinESMExports);
	const certificate = selfSigned();

	const patch = (name: string, member: string, value: unknown) => {
		const module = builtin(name);
		const before = module[member];
		module[member] = value;
		undo.defer(() => {
			module[member] = before;
		});
	};

	const addressOf = (name: string) => addresses.get(name.replace(/\.$/, "").toLowerCase());
	const lookup = (name: string, options: unknown, callback: Callback = options as Callback) => {
		const address = isIP(name) ? name : addressOf(name);
		const all = typeof options === "object" && options !== null && Reflect.get(options, "all");
		process.nextTick(() => {
			if (!address) return callback(notFound(name));
			const family = isIP(address);
			if (all) callback(null, [{ address, family }]);
			else callback(null, address, family);
		});
	};
	patch("dns", "lookup", lookup);
	const resolve = async (name: string, family: number) => {
		const address = addressOf(name);
		if (!address || isIP(address) !== family) throw notFound(name);
		return [address];
	};
	patch(
		"dns/promises",
		"Resolver",
		class {
			resolve4 = (name: string) => resolve(name, 4);
			resolve6 = (name: string) => resolve(name, 6);
			async resolveTxt(name: string) {
				const records = await (texts.get(name) ?? notFound(name));
				if (records instanceof Error) throw records;
				return [records].flat().map((text) => [text]);
			}
			cancel() {}
		},
	);

	/** Opens a connection where the names and addresses of this internet lead. */
	const rewired = (connect: (options: ConnectOptions, ...rest: unknown[]) => Socket) =>
		function rewiredConnect(options: ConnectOptions, ...rest: unknown[]): Socket {
			const host = String(options.host ?? "localhost").replace(/^\[|\]$/g, "");
			dialled.push(`${host}:${options.port}`);
			const address = addresses.get(host.toLowerCase()) ?? host;
			const seen = isLoopback(address) ? "127.0.0.1" : address;
			const published = ports.get(`${seen}:${options.port}`);
			const judge = options.lookup ?? (lookup as LookupFunction);
			return connect(
				{
					...options,
					host: isIP(host) ? insist(host) : host,
					port: published ?? options.port,
					rejectUnauthorized: false,
					// The guard's own lookup judges the address first; only then is it replaced by ours.
					lookup: (name, lookupOptions, callback) =>
						judge(name, lookupOptions, (error, found, family) => {
							if (error) return callback(error, found, family);
							if (Array.isArray(found)) {
								const homes = found.map(({ address }) => home(address));
								return callback(null, homes.map((address) => ({ address, family: 4 })) as never);
							}
							callback(null, home(found as string), 4);
						}),
				},
				...rest,
			);
		};
	const home = (address: string) => (isPublic(address) ? "127.0.0.1" : insist(address));
	patch("net", "connect", rewired(builtin("net").connect as never));
	patch("tls", "connect", rewired(builtin("tls").connect as never));
	syncBuiltinESMExports();

	return {
		dialled,
		point: (name, address) => void addresses.set(name, address),
		text: (name, records) => void texts.set(name, records),
		inside: (port, outsidePort) => void ports.set(`127.0.0.1:${outsidePort}`, port),
		async publish(name, listener, port = 443) {
			const server = createSecureServer(certificate, listener);
			await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
			undo.defer(() => {
				server.close();
				server.closeAllConnections();
			});
			const address = addresses.get(name) ?? `${PUBLIC}${(ports.size + 1).toString(16)}`;
			ports.set(`${address}:${port}`, (server.address() as AddressInfo).port);
			addresses.set(name, address);
		},
		[Symbol.dispose]: () => undo.dispose(),
	};
}

/** Whatever guard a test takes away: what is not this machine is not called. */
function insist(address: string): string {
	if (isLoopback(address)) return address;
	throw new Error(`This internet doesn't lead to ${address}.`);
}

const notFound = (name: string) =>
	Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: "ENOTFOUND" });

function selfSigned(): { key: string; cert: string } {
	const folder = mkdtempSync(join(tmpdir(), "internet-"));
	const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
	try {
		execFileSync(
			"openssl",
			[
				["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
				["-subj", "/CN=everywhere", "-days", "1", "-keyout", key, "-out", cert],
			].flat(),
			{ stdio: "ignore" },
		);
		return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
	} finally {
		rmSync(folder, { recursive: true });
	}
}
