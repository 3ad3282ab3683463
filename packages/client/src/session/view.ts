import { type BskyContext, themeOf } from "../context.ts";
import { avatar, el, type View } from "../view.ts";
import { type ConnectSessionOptions, connectSession } from "./connect.ts";
import { connectMenu } from "./menu.ts";
import type { BskySessionController, BskySessionState } from "./types.ts";

const menu = connectMenu();

/** What `BlueskyUser` looks like in a state. */
export function viewUser(
	session: BskySessionController,
	state: BskySessionState,
	{ signIn, ...options }: ConnectSessionOptions & { signIn?: unknown },
	context: BskyContext,
): View {
	const api = connectSession(session, state, undefined, options);
	if (api.status === "signed-out" && !signIn) return null;
	const person = [
		avatar(api.getAvatarProps()),
		el("span", api.getNameProps(), api.name),
		el("span", api.getHandleProps(), api.handle),
	];
	return el(
		"div",
		{ ...api.getRootProps(), ...themeOf(context) },
		api.status === "pending" ? el("div", menu.getMenuButtonProps(), ...person) : null,
		api.status === "signed-out" ? { slot: "sign-in" } : null,
		api.status === "signed-in"
			? el(
					"details",
					menu.getMenuProps(),
					el("summary", menu.getMenuButtonProps(), ...person),
					el(
						"div",
						menu.getMenuItemsProps(),
						{ slot: "menu" },
						el("button", api.getSignOutProps(), api.labels.signOut),
						el("p", api.getErrorProps(), api.error),
					),
				)
			: null,
	);
}
