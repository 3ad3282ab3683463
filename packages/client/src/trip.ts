import { shared } from "./session/shared.ts";

/** A way to somebody's server and back, in this tab: another one is on a way of its own. */
export interface Trip {
	/** What for. */
	intent: Intent;
	/** What on the page began it, where it was no form of its own: its failure is said there. */
	by?: string | undefined;
	/** What was in the field. */
	typed?: string | undefined;
	/** Whether to keep the account on this device, once somebody is signed in with it. */
	remember?: boolean | undefined;
	/** Whether it is made in a window of its own, which closes at the end. */
	popup?: boolean | undefined;
}

/** What somebody left the page for: to sign in, to connect an account, to allow more. */
type Intent = "sign-in" | "connect" | "upgrade";

interface Kept extends Trip {
	/** When the browser left, in milliseconds since 1970. */
	at: number;
	/** Who was signed in then: DIDs with spaces between. */
	was?: string | undefined;
	/** The page that it left, where its route is behind `#`: no server is told of that. */
	route?: string | undefined;
}

const KEY = "better-auth-bsky.trip";

/** How long a trip may take, in milliseconds. */
const LONGEST = 3_600_000;

/** Keeps in mind what the browser leaves for. Call it as the last thing before. */
export function beginTrip(trip: Trip): void {
	try {
		const { pathname, hash } = location;
		// Anything else there may be a secret.
		const route = /^#!?\//.test(hash) ? pathname + hash : undefined;
		const kept: Kept = { ...trip, at: Date.now(), was: signedIn(), route };
		sessionStorage.setItem(KEY, JSON.stringify(kept));
	} catch {
		// Nobody is told of the arrival then, and a failure is the form's.
	}
}

/** Whose sessions work, as far as this page follows them. One that has ended is begun anew by a trip. */
const signedIn = (): string =>
	shared
		.filter(({ session }) => session.$state.lc > 0)
		.flatMap(({ session }) => {
			const data = session.$state.value?.data;
			return data?.active ? data.did : [];
		})
		.join(" ");

/** Back on the page that a trip began on, goes to where it was there. Call it before a router looks. */
export function returnToRoute(): void {
	const trip = lastTrip();
	if (!trip?.route || !isOver(trip)) return;
	const { route, ...rest } = trip;
	sessionStorage.setItem(KEY, JSON.stringify(rest));
	const { pathname, search, hash } = location;
	const isHere = !hash && route.startsWith(`${pathname}#`);
	// Who has signed in begins where the app says.
	if (isHere && (trip.intent !== "sign-in" || hasFailed()))
		location.replace(pathname + search + route.slice(pathname.length));
}

/** Whether there is one at all. */
export const hasTrip = (): boolean => lastTrip() !== null;

/** The last one, wherever it led. */
export function lastTrip(): Kept | null {
	try {
		const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
		return isTrip(kept) ? kept : null;
	} catch {
		return null;
	}
}

/** Whether the browser has left since: the page that began it may live on. */
export const isOver = ({ at }: Kept): boolean => at < performance.timeOrigin;

/** What began the last one; nothing for a form. */
export const tripOf = (): string => lastTrip()?.by ?? "";

/**
 * The trip that has led to this page. One that came back with a failure, or began long ago, has led
 * nowhere.
 */
export function tripBehind(): Kept | null {
	const trip = lastTrip();
	if (!trip || !isOver(trip)) return null;
	if (Date.now() - trip.at < LONGEST && !hasFailed()) return trip;
	forgetTrip();
	return null;
}

/** Takes that trip: it is told of once. */
export function endTrip(): Kept | null {
	const trip = tripBehind();
	if (trip) forgetTrip();
	return trip;
}

/** Nothing is under way any more. */
export function forgetTrip(): void {
	try {
		sessionStorage.removeItem(KEY);
	} catch {
		// It wasn't read either.
	}
}

const isTrip = (kept: unknown): kept is Kept => {
	const { intent, at, by = "", typed = "", was = "", route = "" } = Object(kept);
	const isText = [by, typed, was, route].every((one) => typeof one === "string");
	return typeof at === "number" && isText && /^(sign-in|connect|upgrade)$/.test(intent);
};

// As the page was loaded: whoever shows the failure takes it out of the URL. Nor was anybody led here who
// has gone back.
const hasFailed = (): boolean => {
	const [navigation] = performance.getEntriesByType("navigation");
	const isBack = Object(navigation).type === "back_forward";
	return isBack || new URL(navigation?.name || location.href).searchParams.has("error");
};
