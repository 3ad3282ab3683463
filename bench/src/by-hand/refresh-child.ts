import { client } from "./client.ts";

/** One process of several that share a database: wants new tokens for whom it is told. */

process.on("message", async (did: string) => {
	const outcome = await client.restore(did, true).then(
		() => "active",
		(error: Error) => error.name,
	);
	process.send?.(outcome);
});
process.once("disconnect", () => process.exit());
process.send?.("ready");
