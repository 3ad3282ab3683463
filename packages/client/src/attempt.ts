/**
 * Calls something of the app's, such as its `navigate`. Should that throw or reject, it is a matter
 * for the console, and not the end of the form. Answers whether it went well.
 */
export async function attempt(call: () => unknown): Promise<boolean> {
	try {
		await call();
		return true;
	} catch (error) {
		console.error(error);
		return false;
	}
}
