/** Nobody sees it. An error would be made with its stack, each time. */
const OVER = "over";

/**
 * Work that is given up after a time, or when its caller wants it no longer: its signal says so, and
 * ends whatever is left of it when it is done.
 *
 * @param ms in milliseconds
 */
export async function within<T>(
	ms: number,
	caller: AbortSignal | undefined,
	work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
	caller?.throwIfAborted();
	const controller = new AbortController();
	const timer = setTimeout(() => {
		controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
	}, ms);
	const follow = () => controller.abort(caller?.reason);
	caller?.addEventListener("abort", follow, { once: true });
	try {
		return await work(controller.signal);
	} finally {
		clearTimeout(timer);
		caller?.removeEventListener("abort", follow);
		controller.abort(OVER);
	}
}

/** Waits no longer than the signal lets it, also for what heeds no signal. */
export function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		const stop = () => reject(signal.reason);
		if (signal.aborted) stop();
		else signal.addEventListener("abort", stop, { once: true });
		promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
	});
}
