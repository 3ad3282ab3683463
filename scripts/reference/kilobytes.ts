/** A figure that a few bytes more or less don't turn into another one, wherever it was rounded. */
export function inKilobytes(bytes: number, before: number | undefined): number {
	const isNearlyTrue = before !== undefined && Math.abs(before * 1000 - bytes) <= 100;
	return isNearlyTrue ? before : Math.round(bytes / 100) / 10;
}
