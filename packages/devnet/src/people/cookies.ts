/** The cookies that one site has set in one browser, without their attributes. */
export class Cookies {
	readonly #values = new Map<string, string>();

	/** Takes in the `Set-Cookie` headers of a response. */
	take(headers: readonly string[] = []): void {
		for (const header of headers) {
			const [pair = ""] = header.split(";", 1);
			const at = pair.indexOf("=");
			this.#values.set(pair.slice(0, at), pair.slice(at + 1));
		}
	}

	get(name: string): string | undefined {
		return this.#values.get(name);
	}

	/** The `Cookie` header of a request. */
	get header(): string {
		return [...this.#values].map(([name, value]) => `${name}=${value}`).join("; ");
	}
}
