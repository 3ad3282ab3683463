/** The store of what a flow never keeps. */
export const UNUSED_STORE = {
	get: () => undefined,
	set: () => {
		throw new Error("This flow stores nothing.");
	},
	del: () => {},
};

/** Those of a flow that keeps nothing at all. */
export const UNUSED_STORES = { stateStore: UNUSED_STORE, sessionStore: UNUSED_STORE };
