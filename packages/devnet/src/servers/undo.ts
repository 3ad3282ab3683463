/** How to take back what has been started, the last first: Node 22 has no `AsyncDisposableStack`. */
export class Undo {
	readonly #steps: (() => Promise<unknown>)[] = [];

	add(step: () => Promise<unknown>): void {
		this.#steps.push(step);
	}

	/** Takes every step once, whatever becomes of the others, and throws the first error. */
	async run(): Promise<void> {
		const failed: unknown[] = [];
		for (const step of this.#steps.splice(0).reverse())
			await step().catch((error: unknown) => failed.push(error));
		if (failed.length > 0) throw failed[0];
	}
}
