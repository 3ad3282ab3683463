/** The pages of the app. Links and redirects go by it, and so do the tests of all three examples. */
export const pages = {
	landing: { path: "/", title: "Sign in" },
	signUp: { path: "/sign-up", title: "Create an account" },
	home: { path: "/home", title: "Home" },
	settings: { path: "/settings", title: "Settings" },
	error: { path: "/error", title: "That didn’t work" },
} as const;

/** Where a sign-in leads that keeps what somebody was about to set. */
export const homeWith = (emoji = ""): string =>
	emoji ? `${pages.home.path}?${new URLSearchParams({ emoji })}` : pages.home.path;

/** What the app says when something goes wrong, or well. */
export const messages = {
	notAnEmoji: "Choose one emoji.",
	notSaved: "Your status could not be saved. Please try again.",
	sessionExpired: "Your server has ended the connection. Sign in again to set it.",
	unreachable: "Your server can’t be reached right now.",
	nameNeeded: "Enter a name.",
	saved: "Saved.",
} as const;

/** What can be picked with one click; any other emoji can be typed. */
export const emojis = [
	..."👍👎💙🥹😧🙃😉😎🤓🤨🥳😭😤🤯🫡💀🧠👩‍💻🧑‍🍳🌱🐟🦋☕🎧".matchAll(/\p{RGI_Emoji}/gv),
].map(([emoji]) => emoji);

/** Whether `text` is one emoji and nothing else. */
export const isEmoji = (text: string): boolean => /^\p{RGI_Emoji}$/v.test(text);

/** In one time zone for everybody, since the server renders it, and it says which. */
export const formatTime = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
