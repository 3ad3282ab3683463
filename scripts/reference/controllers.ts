import type ts from "typescript";
import { callOf, type Export } from "./exports.ts";
import { type Member, membersOf } from "./members.ts";

/** What a `create…` function of the headless layer takes and gives. */
export interface Controller {
	text: string;
	/** The door it comes from. */
	door: string;
	options: Member[];
	members: Member[];
	/** Of its `$state`. */
	state: Member[];
}

/** What a `connect…` function gives: the getters of props, and what goes into the elements. */
export interface Connect {
	text: string;
	door: string;
	members: Member[];
}

export const isController = ({ name, isValue }: Export): boolean =>
	isValue && /^create[A-Z]/.test(name);
export const isConnect = ({ name, isValue }: Export): boolean =>
	isValue && /^connect($|[A-Z])/.test(name);

export function readController(of: Export, checker: ts.TypeChecker): Controller {
	const { text, door } = of;
	const call = callOf(of, checker);
	const [options] = call?.parameters ?? [];
	const $state = call?.result.getProperty("$state");
	const state = $state && checker.getTypeOfSymbol($state).getProperty("value");
	return {
		text,
		door,
		options: options ? membersOf(options, checker) : [],
		members: call ? membersOf(call.result, checker) : [],
		state: state
			? membersOf(checker.getNonNullableType(checker.getTypeOfSymbol(state)), checker)
			: [],
	};
}

export function readConnect(of: Export, checker: ts.TypeChecker): Connect {
	const result = callOf(of, checker)?.result;
	return { text: of.text, door: of.door, members: result ? membersOf(result, checker) : [] };
}
