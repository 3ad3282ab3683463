import { resolve } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { type BuildOptions, build, type Plugin } from "esbuild";

/** What a page downloads. */
export interface Bundle {
	/** Minified and compressed, in bytes. */
	size: number;
	/** What went into it: not what was looked at, and left out again. */
	files: string[];
	text: string;
	/** What it loads only when something happens: not in any of the above. */
	later: string[];
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
		/** Whether what is loaded only when something happens is in it, too: one file that a page can run. */
		isWhole?: boolean;
	},
): Promise<Bundle> {
	const { root, loader = "ts", isWhole = false, plugins = [], ...rest } = options;
	const later = new Map<string, string>();
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
		plugins: isWhole ? plugins : [leaveOut(later), ...plugins],
		...rest,
	});
	const [output] = outputFiles;
	if (!output) throw new Error("esbuild wrote nothing.");
	const outputs = Object.values(metafile.outputs);
	const inputs = outputs.flatMap(({ inputs }) => Object.entries(inputs));
	const imports = new Set(outputs.flatMap(({ imports }) => imports.map(({ path }) => path)));
	return {
		size: brotliCompressSync(output.contents).byteLength,
		files: inputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? file : [])),
		text: output.text,
		later: [...later].flatMap(([file, path]) => (imports.has(path) ? file : [])).sort(),
	};
}

/** Leaves out what `import()` loads: each file, and what it is called where it is imported. */
const leaveOut = (later: Map<string, string>): Plugin => ({
	name: "later",
	setup({ onResolve }) {
		onResolve({ filter: /./ }, ({ kind, path, resolveDir }) => {
			if (kind !== "dynamic-import") return undefined;
			later.set(resolve(resolveDir, path), path);
			return { path, external: true };
		});
	},
});
