/** The store of what a flow never keeps. */
export const UNUSED_STORE = {
	get: () => undefined,
	set: () => {
		throw new Error("This flow stores nothing.");
	},
	del: () => {},
};
