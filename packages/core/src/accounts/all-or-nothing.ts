import { runWithTransaction } from "@better-auth/core/context";
import type { AuthContext } from "better-auth";
import { pastConflicts, patient } from "../base/conflict.ts";
import type { Bsky } from "../bsky.ts";

type Step = () => Promise<void>;

/** How to take back what was written, for when a transaction can't, or has been committed. */
export class Undo {
	readonly #steps: Step[] = [];
	#isTakenUp: () => Promise<boolean> = async () => false;

	/** Nothing is taken back once somebody else has built on it. */
	unless(isTakenUp: () => Promise<boolean>): void {
		this.#isTakenUp = isTakenUp;
	}

	push(step: Step): void {
		this.#steps.push(step);
	}

	/** What was to be taken back has been. */
	forget(): void {
		this.#steps.length = 0;
	}

	/** Takes everything back, the last first, once. What can't be is logged, and stops nothing. */
	async run(bsky: Bsky): Promise<void> {
		if (await this.#isTakenUp().catch(() => false)) this.forget();
		for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
			await pastConflicts(step).catch((error) => bsky.logFailure("write_not_undone", error));
		}
	}
}

export const hasTransactions = ({ adapter }: AuthContext): boolean =>
	adapter.options?.adapterConfig.transaction !== false;

/**
 * Writes everything that `write` does, or nothing: in a transaction, or by taking back what was
 * written before the failure. Hooks that run after a write run once it is committed, and what they
 * throw undoes nothing: the app is told in its log.
 */
export async function allOrNothing<T>(bsky: Bsky, undo: Undo, write: () => Promise<T>): Promise<T> {
	try {
		return await runWithTransaction(bsky.context.adapter, write, {
			onAfterCommitHookError: logHook(bsky),
		});
	} catch (error) {
		if (hasTransactions(bsky.context)) undo.forget();
		else await undo.run(bsky);
		throw error;
	}
}

/** Lets hooks that run after a write do so at the end, as in {@link allOrNothing}; no transaction. */
export const withHooksAfterwards = <T>(bsky: Bsky, write: () => Promise<T>): Promise<T> =>
	unopened(bsky.context, write, logHook(bsky));

/**
 * The same for what others write: every hook has its turn, and what was thrown is thrown at the end.
 * better-auth's own way stops at the first, and whoever is behind it never hears of the write.
 */
export async function withEveryHook<T>(context: AuthContext, write: () => Promise<T>): Promise<T> {
	const thrown: unknown[] = [];
	const note = (error: unknown) => {
		thrown.push(error);
	};
	const written = await unopened(context, () => write().then((value) => ({ value }), note), note);
	if (!written || thrown.length > 0) throw thrown[0];
	return written.value;
}

/**
 * What better-auth queues hooks in is its transaction. This one is never opened: a hook that reads the
 * database by another connection waits for nobody, and what was written before a failure stays.
 */
async function unopened<T>(
	{ adapter }: AuthContext,
	write: () => Promise<T>,
	onAfterCommitHookError: (error: unknown) => void,
): Promise<T> {
	const plain: typeof adapter = { ...adapter, transaction: (run) => run(patient(adapter)) };
	return await runWithTransaction(plain, write, { onAfterCommitHookError });
}

const logHook = (bsky: Bsky) => (error: unknown) =>
	bsky.logFailure("hook_after_write_threw", error);
