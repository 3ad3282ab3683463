/** The elements that there are. */
export const TAGS = [
	"bluesky-sign-in",
	"bluesky-user",
	"bluesky-accounts",
	"bluesky-scope-gate",
] as const;

const NEAREST = ["[slot]", ...TAGS].join();

/** Where what has no slot of its own stands, and in what. */
export interface Rest {
	slot: string;
	/** The element of ours that it alone stands in, if it does. */
	place: string;
}

/**
 * What the app has put into one of our elements. A view gives it another place inside, or none for
 * the time being: it is then kept here, out of the page. Children without a slot are kept in the page,
 * in a `<template>`: a server can send them so, and they are in a copy of the page's markup.
 */
export class Given {
	readonly #host: Element;
	readonly #rest: Rest | undefined;
	#kept: Element[] = [];
	#all: Element[] = [];
	#content: Node[] = [];

	/** @param rest for what has no slot; without it, that is what stands there until we do */
	constructor(host: Element, rest?: Rest) {
		this.#host = host;
		this.#rest = rest;
	}

	/** What there is for a slot. */
	in(slot: string): readonly Node[] {
		return slot === this.#rest?.slot ? this.#content : this.#all.filter((one) => one.slot === slot);
	}

	/** Whether a child of the element is the app's, and not ours. */
	has(child: Node): boolean {
		const { slot } = child as Partial<Element>;
		return !!slot || (this.#rest !== undefined && !isOurs(child));
	}

	/** Looks again, before a rendering. What the app has taken out by itself is gone. */
	look(): void {
		const host = this.#host;
		this.#lookForRest();
		const there = [...host.querySelectorAll("[slot]")].filter(
			({ slot, parentElement: parent }) =>
				slot !== this.#rest?.slot &&
				parent?.closest(NEAREST) === host &&
				(parent === host || isOurs(parent)),
		);
		this.#all = [...there, ...this.#kept.filter((one) => !one.isConnected)];
	}

	#lookForRest(): void {
		if (!this.#rest) return;
		const host = this.#host;
		const aside = this.#aside?.content;
		// A server has put all in there that has no place yet.
		for (const one of [...(aside?.children ?? [])]) if (one.slot) host.append(one);
		const places = [host.querySelector(`:scope > ${this.#rest.place}`), aside];
		this.#content = [
			...places.flatMap((place) => [...(place?.childNodes ?? [])]),
			...[...host.childNodes].filter((node) => !(node as Partial<Element>).slot && !isOurs(node)),
		];
	}

	get #aside(): HTMLTemplateElement | null {
		return this.#host.querySelector(`:scope > template[slot=${this.#rest?.slot}]`);
	}

	/** Keeps what has no place, after a rendering. */
	keep(): void {
		const host = this.#host;
		for (const one of this.#all) if (one.parentNode === host) one.remove();
		this.#kept = this.#all.filter((one) => !host.contains(one));
		if (!this.#rest) return;
		const left = this.#content.filter(({ parentNode: at }) => !at || at === host);
		const aside = this.#aside ?? (left.length > 0 ? this.#putAside(this.#rest.slot) : null);
		aside?.content.append(...left);
		if (!aside?.content.firstChild) aside?.remove();
	}

	#putAside(slot: string): HTMLTemplateElement {
		const aside = this.#host.appendChild(this.#host.ownerDocument.createElement("template"));
		aside.slot = slot;
		return aside;
	}
}

const isOurs = (node: Node): boolean =>
	(node as Partial<Element>).hasAttribute?.("data-bsky") === true;
