/** @type {import("@sveltejs/package").Config} */
export default {
	kit: { files: { lib: "src" } },
	compilerOptions: { runes: true },
};
