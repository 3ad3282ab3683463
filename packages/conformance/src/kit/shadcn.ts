import { commands } from "vitest/browser";
import type { tailwind } from "../project/tailwind.ts";

declare module "vitest/browser" {
	interface BrowserCommands {
		tailwind(...args: Parameters<typeof tailwind>): ReturnType<typeof tailwind>;
	}
}

export const TAILWIND = '@import "tailwindcss";';
export const OURS = '@import "@better-auth-bsky/client/styles.css";';

/** What an app copies from shadcn/ui into its stylesheet: the default theme, as far as it is seen here. */
export const THEME = `
@custom-variant dark (&:is(.dark *));

:root {
	--radius: 0.625rem;
	--background: oklch(1 0 0);
	--foreground: oklch(0.145 0 0);
	--primary: oklch(0.205 0 0);
	--primary-foreground: oklch(0.985 0 0);
	--muted-foreground: oklch(0.556 0 0);
	--destructive: oklch(0.577 0.245 27.325);
	--border: oklch(0.922 0 0);
	--input: oklch(0.922 0 0);
	--ring: oklch(0.708 0 0);
}

.dark {
	--background: oklch(0.145 0 0);
	--foreground: oklch(0.985 0 0);
	--primary: oklch(0.922 0 0);
	--primary-foreground: oklch(0.205 0 0);
	--muted-foreground: oklch(0.708 0 0);
	--destructive: oklch(0.704 0.191 22.216);
	--border: oklch(1 0 0 / 10%);
	--input: oklch(1 0 0 / 15%);
	--ring: oklch(0.556 0 0);
}

@theme inline {
	--color-background: var(--background);
	--color-foreground: var(--foreground);
	--color-primary: var(--primary);
	--color-primary-foreground: var(--primary-foreground);
	--color-muted-foreground: var(--muted-foreground);
	--color-border: var(--border);
	--color-input: var(--input);
	--color-ring: var(--ring);
	--radius-md: calc(var(--radius) - 2px);
}

@layer base {
	* {
		@apply border-border outline-ring/50;
	}
	body {
		@apply bg-background text-foreground;
	}
}`;

/** Of a Button and an Input of shadcn/ui, what is seen of them, with the height that a control of ours has. */
const BUTTON =
	"inline-flex items-center justify-center gap-2 rounded-md px-4 py-2 text-sm font-medium whitespace-nowrap outline-none focus-visible:border-ring focus-visible:ring-[3px] focus-visible:ring-ring/50 h-11";
export const FILLED = `${BUTTON} bg-primary text-primary-foreground hover:bg-primary/90`;
export const OUTLINED = `${BUTTON} border bg-background shadow-xs dark:border-input dark:bg-input/30`;
export const INPUT =
	"h-12 w-full min-w-0 rounded-md border border-input bg-transparent px-3 py-1 text-base shadow-xs outline-none placeholder:text-muted-foreground dark:bg-input/30";

/** What a test's page has on, and what takes it off again. */
export interface Worn {
	style: HTMLStyleElement;
	remove(): void;
}

const built = new Map<string, Promise<string>>();

/** Compiles an app's stylesheet, once for all tests. */
const build = (css: string, classes: string): Promise<string> => {
	const sheet = built.get(css + classes) ?? commands.tailwind(css, classes.split(" "));
	built.set(css + classes, sheet);
	return sheet;
};

/**
 * Puts an app's stylesheet into the page.
 *
 * @param place before or after the sheet of ours that a test's page has, or in its stead
 */
export async function wear(
	css: string,
	{
		classes = "",
		place = "after",
	}: { classes?: string; place?: "before" | "after" | "instead" } = {},
): Promise<Worn> {
	const text = await build(css, classes);
	const others = [...document.styleSheets];
	const style = document.createElement("style");
	style.textContent = text;
	if (place === "before") document.head.prepend(style);
	else document.head.append(style);
	if (place === "instead") for (const sheet of others) sheet.disabled = true;
	return {
		style,
		remove() {
			style.remove();
			for (const sheet of others) sheet.disabled = false;
		},
	};
}
