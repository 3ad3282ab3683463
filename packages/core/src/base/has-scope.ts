import { scopesOf } from "./scope.ts";

/**
 * What a session was granted: the answer of `/bsky/session` or `/bsky/restore`, an account of
 * `/bsky/accounts`, or the `grantedScope` of one. Whoever isn't active may do nothing.
 */
export type Granted =
	| string
	| { active: boolean; grantedScope?: string | undefined }
	| null
	| undefined;

/**
 * Whether a session was granted a scope, or all of several: for a button that is shown only then.
 * It goes by what they mean, not by how they are written: `transition:generic` and `repo:*` allow
 * `repo:xyz.statusphere.status`, too. Servers grant what is in a permission set, so ask for that, and
 * not for `include:`.
 *
 * @example
 * hasScope(session, scope.repo("xyz.statusphere.status", ["create"]));
 */
export function hasScope(granted: Granted, scope: string): boolean {
	const session = typeof granted === "string" ? { active: true, grantedScope: granted } : granted;
	const has = scopesOf((session?.active && session.grantedScope) || "");
	const wanted = scopesOf(scope);
	const given = has.flatMap(permissionsOf);
	return (
		wanted.length > 0 && wanted.every((each) => has.includes(each) || isAllowed(has, given, each))
	);
}

/** By resource: the name of what it is about, that of what else is said of it, and what goes unsaid. */
const RESOURCES = new Map<string, readonly [first: string, second?: string, ...unsaid: string[]]>([
	["repo", ["collection", "action", "create", "update", "delete"]],
	["rpc", ["lxm", "aud"]],
	["blob", ["accept"]],
	["account", ["attr", "action", "read"]],
	["identity", ["attr"]],
]);

/** One thing that a scope allows: creating in a collection, calling a method at a service. */
type Permission = readonly [resource: string, what: string, how: string];

function isAllowed(has: readonly string[], given: readonly Permission[], wanted: string): boolean {
	const needed = permissionsOf(wanted);
	return (
		needed.length > 0 &&
		needed.every((each) => byTransition(has, each) || given.some((own) => covers(own, each)))
	);
}

/** Each thing that a scope allows; none where it is no scope of a resource. */
function permissionsOf(scope: string): Permission[] {
	const [, resource = "", positional, query = ""] =
		/^([^:?]*)(?::([^?]*))?(?:\?(.*))?$/.exec(scope) ?? [];
	const names = RESOURCES.get(resource);
	if (!names) return [];
	const [first, second = "", ...unsaid] = names;
	// A server's text may be badly escaped: an error for each would take its time.
	const text = positional?.replace(/[&+]/g, encodeURIComponent);
	const parameters = new URLSearchParams(text === undefined ? query : `${first}=${text}&${query}`);
	// More ways than there are could be made by two long lists.
	const said = [...new Set(parameters.getAll(second))].slice(0, unsaid.length || 1);
	// A resource of which nothing else is said has one way.
	const ways = [said, unsaid, [""]].find(({ length }) => length > 0) ?? [];
	return parameters
		.getAll(first)
		.flatMap((what) => ways.map((how) => [resource, what, how] as const));
}

const covers = ([resource, what, how]: Permission, needed: Permission): boolean =>
	resource === needed[0] && fits(what, needed[1]) && (fits(how, needed[2]) || how === "manage");

/** `*` is anything, and a type of files may end with it. */
const fits = (pattern: string, value: string): boolean =>
	pattern === value ||
	pattern === "*" ||
	pattern === "*/*" ||
	(pattern.endsWith("/*") && value.startsWith(pattern.slice(0, -1)));

/** What the scopes from before there were others stand for. */
function byTransition(has: readonly string[], [resource, what, how]: Permission): boolean {
	if (resource === "rpc" && what.startsWith("chat.bsky."))
		return has.includes("transition:chat.bsky");
	if (["repo", "blob", "rpc"].includes(resource)) return has.includes("transition:generic");
	const isEmail = resource === "account" && what === "email" && how === "read";
	return isEmail && has.includes("transition:email");
}
