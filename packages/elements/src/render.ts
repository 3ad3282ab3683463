import { isList, type Slot, type View, type ViewElement } from "@better-auth-bsky/client/view";
import { type Bound, bind } from "./bind.ts";

/** What stands in a view's slots: elements of the app's, or another component. */
type Slots = (name: Slot) => readonly Node[];

/** Keeps the content of an element as a view has it. */
export interface Renderer {
	/** What is there already is changed, and not replaced: at first, whatever a server has sent. */
	render(view: View, slots?: Slots): void;
	/** Whether it has put this node into the element. */
	has(node: Node): boolean;
	/** Leaves the content as it is, and lets go of it. */
	end(): void;
}

/** What stands for one view: nothing, a node, or as many as are in its list or slot. */
type Spot = Node | null | readonly Spot[];

/** What is known of an element that stands for a view. */
interface Standing {
	bound: Bound;
	key: string | undefined;
	/** Whether it is the app's own, in place of ours. */
	isOwn: boolean;
	spots: readonly Spot[];
}

const SVG = "http://www.w3.org/2000/svg";
const NONE: Slots = () => [];

/** @param host its content is rendered; it stays as it is itself */
export function createRenderer(host: Element): Renderer {
	const standing = new WeakMap<Node, Standing>();
	const document = host.ownerDocument;
	let spots: readonly Spot[] | undefined;
	let slots = NONE;
	let later: (() => void)[] = [];

	/** @param found nodes that stand there already, and for nothing yet */
	function patch(before: Spot | undefined, view: View, found: Node[]): Spot {
		if (view === null) return null;
		if (typeof view === "string") return patchText(before, view, found);
		if (isList(view)) return patchList(before, view, found);
		if ("tag" in view) return patchElement(before, view, found);
		const given = slots(view.slot);
		if (given.length > 0) return given;
		return patchAll(isMany(before) ? before : [], view.children ?? [], found);
	}

	function patchText(before: Spot | undefined, text: string, found: Node[]): Node {
		// Out of the page, it has others in its place: the browser translates.
		const kept = isText(before) && (before.parentNode || before.data === text) ? before : null;
		const node = kept ?? take(found, isText) ?? document.createTextNode(text);
		if (node.data !== text) node.data = text;
		return node;
	}

	function patchList(before: Spot | undefined, views: readonly ViewElement[], found: Node[]) {
		const left = isMany(before) ? nodesIn(before) : [];
		return views.map((view) => {
			const same = take(left, (node): node is Node => standing.get(node)?.key === view.key);
			return patchElement(same, view, found);
		});
	}

	function patchElement(before: Spot | undefined, view: ViewElement, found: Node[]): Element {
		const { tag, props, slot, key } = view;
		const is = isOf(tag);
		const given = slot ? slots(slot) : [];
		const own = given.find(is);
		const kept = is(before) && !standing.get(before)?.isOwn ? before : undefined;
		const met = own ?? kept ?? take(found, isLike(view));
		const element = met ?? create(tag);
		const known = standing.get(element);
		const isOwn = own !== undefined;
		const isFound = met !== undefined && !known;
		const bound =
			known?.bound ?? bind(element, { isOwn, isFound, later: (call) => later.push(call) });
		// The app's own element has the app's own looks.
		bound.update({ ...props, ...(isOwn && { "data-bsky": undefined }) });
		const there = known || isOwn ? [] : contentOf(element);
		const was = known?.spots ?? [];
		const content = given.length > 0 ? [given] : patchAll(was, view.children, there);
		standing.set(element, {
			bound,
			key,
			isOwn,
			spots: isOwn ? [] : place(element, was, content, there),
		});
		return element;
	}

	const patchAll = (before: readonly Spot[], views: readonly View[], found: Node[]) =>
		views.map((view, index) => patch(before[index], view, found));

	const create = (tag: ViewElement["tag"]): Element =>
		tag === "svg" || tag === "path"
			? document.createElementNS(SVG, tag)
			: document.createElement(tag);

	/** Puts nodes where they belong, and takes away what was there and no longer stands for anything. */
	function place(
		parent: Element,
		before: readonly Spot[],
		now: readonly Spot[],
		found: readonly Node[],
	): readonly Spot[] {
		const nodes = nodesIn(now);
		const ours = new Set(nodes);
		const had = nodesIn(before);
		for (const node of [...had, ...found].filter((node) => !ours.has(node))) {
			forget(node);
			if (isText(node) && !node.parentNode) parent.textContent = "";
			// The app may have put its own elsewhere.
			if (node.parentNode === parent) parent.removeChild(node);
		}
		// What stands right isn't moved, since that would take the focus from it. What isn't ours, such
		// as the button of a password manager, may stand anywhere.
		let next = parent.firstChild;
		for (const node of nodes) {
			while (next && !ours.has(next)) next = next.nextSibling;
			if (node === next) next = next.nextSibling;
			else if (!isText(node) || !had.includes(node)) parent.insertBefore(node, next);
		}
		return now;
	}

	function forget(node: Node): void {
		const known = standing.get(node);
		if (!known) return;
		standing.delete(node);
		known.bound.release();
		nodesIn(known.spots).forEach(forget);
	}

	return {
		render(view, now = NONE) {
			slots = now;
			const found = spots ? [] : contentOf(host);
			const before = spots ?? [];
			spots = place(host, before, patchAll(before, [view], found), found);
			const calls = later;
			later = [];
			for (const call of calls) call();
		},
		has: (node) => nodesIn(spots ?? []).includes(node),
		end() {
			nodesIn(spots ?? []).forEach(forget);
			spots = undefined;
		},
	};
}

const isMany = (spot: Spot | undefined): spot is readonly Spot[] => Array.isArray(spot);
const isText = (spot: Spot | undefined): spot is Text => !isMany(spot) && spot?.nodeType === 3;

const isOf =
	(tag: string) =>
	(spot: Spot | undefined): spot is Element =>
		(spot as Element | undefined)?.localName === tag;

/** Whether a node may stand for a view that a server has rendered. */
const isLike =
	({ tag, props }: ViewElement) =>
	(node: Node): node is Element =>
		isOf(tag)(node) && node.getAttribute("data-part") === (props["data-part"] ?? null);

const nodesIn = (spots: readonly Spot[]): Node[] =>
	spots.flatMap((spot) => (isMany(spot) ? nodesIn(spot) : spot === null ? [] : [spot]));

/** What is in an element, apart from what the app has put there. */
const contentOf = (element: Element): Node[] =>
	[...element.childNodes].filter((node) => !(node as Partial<Element>).slot);

/** Takes the first that fits out of a list. */
function take<Found extends Node>(
	from: Node[],
	fits: (node: Node) => node is Found,
): Found | undefined {
	const index = from.findIndex(fits);
	return index < 0 ? undefined : (from.splice(index, 1)[0] as Found);
}
