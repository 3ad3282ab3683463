/**
 * Does some work for each item, at most `lanes` at once. A lane that one item holds for longer than
 * `patience`, in milliseconds, goes on to the next: the others wait no longer for it.
 */
export async function inLanes<T>(
	lanes: number,
	patience: number,
	items: readonly T[],
	work: (item: T) => Promise<void>,
): Promise<void> {
	const waiting = items.values();
	const lane = async () => {
		for (const item of waiting) await atMost(patience, work(item));
	};
	await Promise.all(Array.from({ length: lanes }, lane));
}

async function atMost(patience: number, work: Promise<void>): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const over = new Promise<void>((resolve) => {
		timer = setTimeout(resolve, patience);
	});
	await Promise.race([work, over]).finally(() => clearTimeout(timer));
}
