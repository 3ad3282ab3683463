import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { rolldown } from "rolldown";

export type ClientSizes = Record<"alone" | "withPlugin", number>;

/** What a page downloads for each of the clients in `bundled/`: minified, brotli, in bytes. */
export async function measureClient(): Promise<ClientSizes> {
	return { alone: await bundledSize("alone.ts"), withPlugin: await bundledSize("with-plugin.ts") };
}

async function bundledSize(file: string): Promise<number> {
	await using build = await rolldown({
		input: join(import.meta.dirname, "bundled", file),
		platform: "browser",
		resolve: { conditionNames: ["@better-auth-bsky/source", "browser", "import", "default"] },
	});
	const { output } = await build.generate({ format: "es", minify: true, codeSplitting: false });
	return brotliCompressSync(output[0].code).length;
}
