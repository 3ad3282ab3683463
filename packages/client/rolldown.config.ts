import { defineConfig, type Plugin } from "rolldown";
import { dts } from "rolldown-plugin-dts";

const CORE = /^@better-auth-bsky\/core($|\/)/;

/** Should core's part of this package ever need more than better-auth, the build ends. */
const onlyBetterAuth: Plugin = {
	name: "only-better-auth",
	generateBundle(_, bundle) {
		for (const chunk of Object.values(bundle)) {
			const code = chunk.type === "chunk" ? chunk.code : "";
			const other = /(?:\bfrom |\bimport\(|^import )"(?!better-auth["/])[^"]+"/m.exec(code);
			if (other) throw new Error(`A front end would lack this: ${chunk.fileName} has ${other[0]}.`);
		}
	},
};

const external = (id: string) => /^[^./]/.test(id) && !CORE.test(id);
const output = { dir: "dist" };

/** Puts what `core.ts` takes from core into it, in place of the import that tsc has left there. */
export default defineConfig([
	{ input: "./dist/core.js", external, output, plugins: [onlyBetterAuth] },
	{
		input: { core: "./dist/core.d.ts" },
		external,
		output,
		plugins: [dts({ dtsOnly: true, tsconfig: false }), onlyBetterAuth],
	},
]);
