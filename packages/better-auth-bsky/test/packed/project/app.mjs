// The app of the README on a plain server of Node. Asked over IPC, it acts for whom a cookie names.
import { createServer } from "node:http";
import { toNodeHandler } from "better-auth/node";
import { auth } from "./out/localhost.js";

const handler = toNodeHandler(auth);
const server = createServer((request, response) => {
	handler(request, response).catch(() => response.destroy());
});
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));

process.on("message", async ({ cookie }) => {
	try {
		const agent = await auth.api.getBskyAgent({ headers: new Headers({ cookie }) });
		const { data } = await agent.getProfile({ actor: agent.assertDid });
		process.send({ did: data.did });
	} catch (error) {
		process.send({ error: String(error) });
	}
});
