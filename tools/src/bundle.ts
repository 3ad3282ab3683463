import { brotliCompressSync } from "node:zlib";
import { type BuildOptions, build } from "esbuild";

/** What a page downloads. */
export interface Bundle {
	/** Minified and compressed, in bytes. */
	size: number;
	/** What went into it: not what was looked at, and left out again. */
	files: string[];
	text: string;
}

/**
 * What a page downloads for some code of a package, from the packages' sources.
 *
 * @param external what the app has anyway: its framework, better-auth's own client
 */
export async function bundle(
	contents: string,
	options: Pick<BuildOptions, "external" | "plugins"> & {
		/** Where its imports are looked for. */
		root: string;
		loader?: "ts" | "css";
	},
): Promise<Bundle> {
	const { root, loader = "ts", ...rest } = options;
	const { metafile, outputFiles } = await build({
		stdin: { contents, loader, resolveDir: root },
		conditions: ["@better-auth-bsky/source"],
		define: { "process.env.NODE_ENV": '"production"' },
		bundle: true,
		format: "esm",
		jsx: "automatic",
		metafile: true,
		minify: true,
		platform: "browser",
		target: "es2022",
		write: false,
		...rest,
	});
	const [output] = outputFiles;
	if (!output) throw new Error("esbuild wrote nothing.");
	const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
	return {
		size: brotliCompressSync(output.contents).byteLength,
		files: inputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? file : [])),
		text: output.text,
	};
}
