import type ts from "typescript";
import { callOf, type Export } from "./exports.ts";
import { type Member, membersOf } from "./members.ts";

/** A component of React, Svelte or Vue. */
export interface Component {
	text: string;
	props: Member[];
	/** Of Svelte: the props that `bind:` may be put before. */
	bindable: string[];
	/** Of Vue. */
	events: Member[];
	/** Of Vue. */
	slots: Member[];
}

/** A hook, or composable, with what it gives. */
export interface Hook {
	text: string;
	gives: Member[];
}

export const isComponent = ({ name, isValue }: Export): boolean => isValue && /^[A-Z]/.test(name);
export const isHook = ({ name, isValue }: Export): boolean => isValue && /^use[A-Z]/.test(name);

export function readComponent(of: Export, checker: ts.TypeChecker): Component {
	const { text } = of;
	const type = checker.getTypeOfSymbol(of.symbol);
	// They come from several places, and `Omit` leaves them in no order.
	const members = (of: ts.Type | undefined) =>
		(of ? membersOf(of, checker) : []).sort((one, other) => (one.name < other.name ? -1 : 1));
	const none = { text, bindable: [], events: [], slots: [] };
	if (type.aliasSymbol?.name === "DefineSetupFnComponent") {
		const [props, emits, slots] = type.aliasTypeArguments ?? [];
		const models = members(props).map(({ name }) => `update:${name}`);
		return {
			...none,
			props: members(props),
			events: members(emits).filter(({ name }) => !models.includes(name)),
			slots: members(slots?.aliasTypeArguments?.[0]),
		};
	}
	const [first, second] = callOf(of, checker)?.parameters ?? [];
	if (type.symbol?.name !== "Component") return { ...none, props: members(first) };
	// Svelte's takes the place to render into before the props.
	const bindings = checker.getTypeArguments(type as ts.TypeReference)[2];
	return {
		...none,
		props: members(second),
		bindable: bindings?.isStringLiteral() ? bindings.value.split(",").filter(Boolean) : [],
	};
}

export function readHook(of: Export, checker: ts.TypeChecker): Hook {
	const result = callOf(of, checker)?.result;
	return { text: of.text, gives: result ? membersOf(givenBy(result, checker), checker) : [] };
}

/** What there is to be read of what a hook gives: Vue may give one ref, and there may be nothing yet. */
function givenBy(result: ts.Type, checker: ts.TypeChecker): ts.Type {
	const isRef = result.symbol?.name === "ComputedRef";
	const [value] = isRef ? checker.getTypeArguments(result as ts.TypeReference) : [];
	return checker.getNonNullableType(value ?? result);
}
