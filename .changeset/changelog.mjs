/** A change in the words of its changeset. All packages have one version, so whose depends on whose says nothing. */
export default {
	getReleaseLine: async ({ summary }) => summary,
	getDependencyReleaseLine: async () => "",
};
