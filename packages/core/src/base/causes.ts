/** An error and what caused it. */
export function causes(error: unknown): Error[] {
	const found: Error[] = [];
	for (let e = error; e instanceof Error && found.length < 10; e = e.cause) found.push(e);
	return found;
}
