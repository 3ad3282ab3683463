/** Nobody could tell whether there is such a handle or DID, which is not to say that there is none. */
export class UnresolvedError extends Error {
	override name = "UnresolvedError";
}
