/** Who was asked, where an option names it. */
interface Directory {
	option: string;
	url: string;
	/** Whether something answered there, though nothing of its kind. */
	answered: boolean;
}

/** Nobody could tell whether there is such a handle or DID, which is not to say that there is none. */
export class UnresolvedError extends Error {
	override name = "UnresolvedError";
	readonly asked: Directory | undefined;
	constructor(message: string, { asked, ...options }: ErrorOptions & { asked?: Directory } = {}) {
		super(message, options);
		this.asked = asked;
	}
}
