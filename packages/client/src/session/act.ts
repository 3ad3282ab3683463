import { type BskyEvents, tell } from "../tell.ts";
import { keepFocus } from "./focus.ts";
import { menuTextsOf } from "./menu-texts.ts";
import type { UserParts } from "./user-types.ts";

/** Does one thing at a time, and leaves the focus in the component. */
export async function act(
	{ state, root, patch }: UserParts,
	busy: string,
	run: () => unknown,
): Promise<void> {
	if (state.busy) return;
	patch({ busy, error: null, said: "", isOutFailed: false });
	await run();
	patch({ busy: null });
	// Its framework has rendered by then.
	setTimeout(() => keepFocus(root));
}

/** Says what went wrong. Most sentences are about forms, and loaded when one is needed. */
export async function fail({ options: { labels }, patch }: UserParts, code: string): Promise<void> {
	const { errors } = menuTextsOf(labels);
	const load = () => import("./sentences.ts").then(({ sentenceOf }) => sentenceOf(code, labels));
	// A page that is older than the last deployment finds none of them.
	const error = errors[code.toUpperCase()] ?? (await load().catch(() => errors.UNKNOWN));
	patch({ error, said: "" });
}

/** Tells the app, by an event of the component's. */
export const tellFrom = <Name extends keyof BskyEvents>(
	{ root }: Pick<UserParts, "root">,
	name: Name,
	detail: BskyEvents[Name],
	callback?: ((detail: BskyEvents[Name]) => void) | undefined,
): void => tell(root ?? document, name, detail, callback);
