import { builtinModules } from "node:module";
import { gzipSync } from "node:zlib";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";

/** A worker as it is uploaded. */
export interface WorkerBundle {
	text: string;
	metafile: Metafile;
}

/** Bundles a worker, from the workspace's sources, as Cloudflare's own tool does. */
export async function bundleWorker(
	entry: Pick<BuildOptions, "entryPoints" | "stdin" | "external">,
	minify = false,
): Promise<WorkerBundle> {
	const { metafile, outputFiles } = await build({
		...entry,
		bundle: true,
		conditions: ["@better-auth-bsky/source", "workerd", "worker", "browser"],
		define: { "process.env.NODE_ENV": '"production"' },
		format: "esm",
		mainFields: ["browser", "module", "main"],
		metafile: true,
		minify,
		platform: "browser",
		plugins: [builtins],
		target: "es2024",
		write: false,
	});
	return { text: outputFiles[0]?.text ?? "", metafile };
}

/** What is uploaded of it, in KiB. */
export const gzipped = ({ text }: WorkerBundle): number => gzipSync(text).length / 1024;

/** Modules that the runtime brings. What is CommonJS asks for them by `require`, which a worker lacks. */
const builtins: Plugin = {
	name: "builtins",
	setup({ onResolve, onLoad }) {
		const names = builtinModules.filter((name) => !name.startsWith("_")).join("|");
		onResolve({ filter: new RegExp(`^(node:)?(${names})$`) }, ({ path, kind }) => {
			const name = `node:${path.replace("node:", "")}`;
			return kind === "require-call"
				? { path: name, namespace: "required" }
				: { path: name, external: true };
		});
		onResolve({ filter: /^cloudflare:/ }, ({ path }) => ({ path, external: true }));
		onLoad({ filter: /.*/, namespace: "required" }, ({ path }) => ({
			contents: `import all from "${path}"; module.exports = all;`,
		}));
	},
};
