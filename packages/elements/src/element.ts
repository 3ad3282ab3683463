import { type BskyContext, withContext } from "@better-auth-bsky/client/context";
import type { Slot, View } from "@better-auth-bsky/client/view";
import { contextOf, listeners } from "./context.ts";
import { attributeOf, type Common, namesOf, type Options } from "./options.ts";
import { createRenderer } from "./render.ts";
import { Given, type Rest } from "./slots.ts";

/** What an element knows of itself. */
export interface Host<Props> {
	readonly element: HTMLElement;
	/** Its options of the moment, over those of the page. */
	options(): Props;
	/** What the page says, and the element's own `theme`. */
	context(): BskyContext;
	/** The app's children for a slot. */
	given(slot: string): readonly Node[];
	/** Renders again, in the same task. */
	update(): void;
}

/** What an element does from the first time that it stands in a page. */
export interface Life {
	/** Begins, each time that it comes into a page; what it returns ends that. */
	mount(): () => void;
	/** What it looks like with the options of the moment. */
	view(): View;
	/** What stands in a slot that isn't the app's. */
	slot?(name: Slot): Element | undefined;
}

// A server has none, and imports the page's code all the same.
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

/**
 * A custom element that renders a view in itself, without a shadow root.
 *
 * @param options its properties, and how each is said as an attribute
 * @param live begins its life
 * @param rest what its children without a slot are, if they are more than what stands there until the
 * script does
 */
export function elementWith<Props extends Common>(
	options: Options<Props>,
	live: (host: Host<Props>) => Life,
	rest?: Rest,
): { new (): HTMLElement & Props; readonly observedAttributes: readonly string[] } {
	const names = namesOf(options);

	class Component extends Base {
		static readonly observedAttributes = [...names.map(attributeOf), "id", "lang"];

		readonly #set: Partial<Props> = {};
		/** By option: what is read is the same object while the attribute is. */
		readonly #read = new Map<string, [said: string, value: unknown]>();
		readonly #given = new Given(this, rest);
		readonly #renderer = createRenderer(this);
		readonly #observer = new MutationObserver((records) => {
			const added = records.flatMap(({ addedNodes }) => [...addedNodes]);
			const gone = records.flatMap(({ removedNodes }) => [...removedNodes]);
			const isLost = gone.some((node) => node.parentNode !== this && this.#renderer.has(node));
			// What has taken its place, such as what a server has sent again, is taken over.
			if (isLost) this.#renderer.end();
			if (isLost || added.some((node) => this.#given.has(node))) this.#update();
		});
		readonly #host: Host<Props> = {
			element: this,
			options: () => {
				const own = Object.fromEntries(names.map((name) => [name, this.#option(name)]));
				return withContext(own as unknown as Props, contextOf(this));
			},
			context: () => {
				const context = contextOf(this);
				return { ...context, theme: this.#option("theme") ?? context.theme };
			},
			given: (slot) => this.#given.in(slot),
			update: () => this.#update(),
		};
		#isHere = false;
		#isDue = false;
		#life: Life | undefined;
		#end: (() => void) | undefined;

		static {
			for (const name of names)
				Object.defineProperty(Component.prototype, name, {
					configurable: true,
					enumerable: true,
					get(this: Component) {
						return this.#option(name);
					},
					set(this: Component, value: never) {
						if (Object.is(this.#set[name], value)) return;
						this.#set[name] = value;
						this.#update();
					},
				});
		}

		constructor() {
			super();
			// What was set before the script knew the element hides the accessor.
			for (const name of names.filter((name) => Object.hasOwn(this, name))) {
				const value = Reflect.get(this, name);
				Reflect.deleteProperty(this, name);
				Reflect.set(this, name, value);
			}
		}

		connectedCallback(): void {
			this.#isHere = true;
			this.#update();
		}

		disconnectedCallback(): void {
			this.#isHere = false;
			this.#update();
		}

		/** With it, `moveBefore()` neither ends nor begins anything. */
		connectedMoveCallback(): void {
			this.#update();
		}

		attributeChangedCallback(): void {
			this.#update();
		}

		#option<Name extends keyof Props & string>(name: Name): Props[Name] | undefined {
			return this.#set[name] === undefined ? this.#attribute(name) : this.#set[name];
		}

		#attribute<Name extends keyof Props & string>(name: Name): Props[Name] | undefined {
			const read = options[name];
			const said = read && this.getAttribute(attributeOf(name));
			if (!read || said === null) return undefined;
			if (this.#read.get(name)?.[0] !== said) this.#read.set(name, [said, read(said)]);
			return this.#read.get(name)?.[1] as Props[Name];
		}

		/** Once for all that happens in a task: whoever is moved has gone and come back by then. */
		#update(): void {
			if (this.#isDue) return;
			this.#isDue = true;
			queueMicrotask(() => {
				this.#isDue = false;
				if (!this.#isHere) this.#stop();
				else if (isParsed(this)) this.#show();
				else this.ownerDocument.addEventListener("DOMContentLoaded", this.#host.update);
			});
		}

		#show(): void {
			this.#given.look();
			this.#life ??= live(this.#host);
			const { slot } = this.#life;
			this.#renderer.render(this.#life.view(), (name) => {
				const other = slot?.(name);
				return other ? [other] : this.#given.in(name);
			});
			this.#given.keep();
			if (this.#end) return;
			listeners.add(this.#host.update);
			this.#observer.observe(this, { childList: true });
			this.#end = this.#life.mount();
		}

		#stop(): void {
			if (!this.#end) return;
			this.#end();
			this.#end = undefined;
			this.#observer.disconnect();
			listeners.delete(this.#host.update);
			this.#renderer.end();
		}
	}
	return Component as unknown as ReturnType<typeof elementWith<Props>>;
}

/** Whether the parser is past an element, so that its children are all there. */
function isParsed(element: Element): boolean {
	for (let node: Node | null = element; node; node = node.parentNode)
		if (node.nextSibling) return true;
	return element.ownerDocument.readyState !== "loading";
}
