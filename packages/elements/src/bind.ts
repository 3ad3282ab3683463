/** Attributes, handlers and `ref` of an element, in neutral names. */
type Props = Readonly<Record<string, unknown>>;

/** An element that is kept as its props have it. */
export interface Bound {
	update(props: Props): void;
	/** Lets go of it; its attributes stay. */
	release(): void;
}

interface BindOptions {
	/** It is the app's: what the app has given it comes before what we would. */
	isOwn: boolean;
	/** It was in the page before, so nobody knows what it has. */
	isFound: boolean;
	/** Calls back once everything is in the page. */
	later(call: () => void): void;
}

type Ref = (element: Element | null) => void;

/** What people, browsers and apps do to an element that a server has sent. */
const STAYS = /^(open|class|style|slot)$|^data-/;

const isHandler = (name: string) => /^on[A-Z]/.test(name);

export function bind(element: Element, { isOwn, isFound, later }: BindOptions): Bound {
	let now: Props = {};
	let isUnknown = isFound;
	let ref: Ref | undefined;
	const handlers: Record<string, unknown> = {};
	// One listener for each event, however often the handlers are new.
	const listener = (event: Event) => {
		const handler = handlers[event.type];
		if (typeof handler === "function" && !(isOwn && event.defaultPrevented)) handler(event);
	};

	function handle(name: string, handler: unknown): void {
		const type = name.slice(2).toLowerCase();
		if (!(type in handlers)) element.addEventListener(type, listener);
		handlers[type] = handler;
	}

	function refer(next: Ref | undefined): void {
		const before = ref;
		ref = next;
		if (next && !before) later(() => ref?.(element));
		else if (before && !next) before(null);
	}

	function set(name: string, value: unknown): void {
		if (isHandler(name)) handle(name, value);
		else if (name === "ref") refer(value as Ref | undefined);
		else if (name === "value" && "defaultValue" in element) setText(value);
		else if (isOwn && name === "class") return;
		else if (value === undefined || value === null || value === false)
			element.removeAttribute(name);
		else element.setAttribute(name, value === true ? "" : `${value}`);
	}

	/** The text of a field, whose caret is lost when it is set to what it is. */
	function setText(text: unknown): void {
		const field = element as HTMLInputElement;
		// Somebody may have been quicker than the script; whoever knows of it says it next.
		const isTyped = isFound && !("value" in now) && field.type === "text";
		if (!isTyped && field.value !== text) field.value = `${text ?? ""}`;
	}

	return {
		update(props) {
			// Of the app's own only what we may have said before is ours to take back.
			if (isUnknown)
				for (const name of isOwn ? Object.keys(props) : element.getAttributeNames())
					if (!STAYS.test(name)) set(name, props[name]);
			isUnknown = false;
			// What is in a field is the person's to change.
			for (const name of Object.keys({ ...now, ...props }))
				if (props[name] !== now[name] || name === "value") set(name, props[name]);
			now = props;
		},
		release() {
			for (const type of Object.keys(handlers)) element.removeEventListener(type, listener);
			ref?.(null);
		},
	};
}
