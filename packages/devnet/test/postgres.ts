import { connect } from "node:net";
import { postgresUrl } from "../src/reference/database.ts";

/** Why the tests that need PostgreSQL can't run, or undefined when they can. */
export async function postgresMissing(): Promise<string | undefined> {
	const { hostname, port } = new URL(postgresUrl(undefined));
	const address = { host: hostname, port: Number(port || 5432), timeout: 1000 };
	const answers = await new Promise<boolean>((resolve) => {
		const socket = connect(address);
		const end = (answer: boolean) => {
			socket.destroy();
			resolve(answer);
		};
		socket.once("connect", () => end(true));
		socket.once("error", () => end(false));
		socket.once("timeout", () => end(false));
	});
	return answers ? undefined : `no PostgreSQL at ${address.host}:${address.port}`;
}
