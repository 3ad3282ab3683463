/** What is read of an event; those of browsers and of React both fit. */
export interface AnyEvent {
	preventDefault(): void;
	stopPropagation(): void;
}

/** An element that an event tells of. Any will do, which `addEventListener` tells TypeScript. */
interface Target {
	addEventListener?: unknown;
	name?: string | undefined;
	value?: string | undefined;
}

/** One that is read where it happened. */
export interface TargetEvent {
	currentTarget: Target | null;
}

export interface KeyEvent extends AnyEvent {
	key: string;
	altKey: boolean;
	ctrlKey: boolean;
	metaKey: boolean;
	shiftKey: boolean;
	isComposing?: boolean | undefined;
	repeat?: boolean | undefined;
	keyCode?: number | undefined;
	nativeEvent?: { isComposing?: boolean };
}

export interface SubmitLikeEvent extends AnyEvent, TargetEvent {
	submitter?: Target | null | undefined;
	nativeEvent?: { submitter?: Target | null };
}

export interface PointerLikeEvent extends TargetEvent {
	target: unknown;
	clientX: number;
	clientY: number;
}

// By what they can do and not by their class, of which every window has its own.
export const isElement = (target: unknown): target is Element => "closest" in Object(target);
