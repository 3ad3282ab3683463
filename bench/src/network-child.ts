import { startNetwork } from "@better-auth-bsky/devnet";

const network = await startNetwork({ accounts: [] });
const queue = Array.from({ length: Number(process.argv[2]) }, (_, index) => index).values();
const signUps = Array.from({ length: 8 }, async () => {
	for (const index of queue) {
		await network.createAccount({ handle: `bench-${index}.test`, displayName: `Person ${index}` });
	}
});
await Promise.all(signUps);
process.once("disconnect", async () => {
	await network.close();
	process.exit();
});
process.send?.({
	handleResolver: network.handleResolverUrl,
	plcDirectoryUrl: network.plcUrl,
	people: network.accounts.map(({ did, handle, password }) => ({ did, handle, password })),
});
