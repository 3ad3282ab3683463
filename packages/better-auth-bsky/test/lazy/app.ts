// Prints, as JSON, which modules of the AT Protocol SDK are loaded at each step of an app's life.
import { registerHooks } from "node:module";

const loaded = new Set<string>();
registerHooks({
	resolve(specifier, context, next) {
		const resolved = next(specifier, context);
		const name = /node_modules\/(@atproto(?:-labs)?\/[^/]+)\/(?!.*node_modules)/.exec(resolved.url);
		if (name?.[1]) loaded.add(name[1]);
		return resolved;
	},
});
const sdk = () => [...loaded].sort();

const { betterAuth } = await import("better-auth");
const { atprotoAuth } = await import("../../src/index.ts");
const steps: Record<string, string[]> = { import: sdk() };

const auth = betterAuth({
	baseURL: "http://localhost:3000",
	secret: "a-test-secret-that-is-long-enough-0123456789",
	emailAndPassword: { enabled: true },
	logger: { disabled: true },
	plugins: [atprotoAuth()],
});
const request = (path: string, body?: object) =>
	auth.handler(
		new Request(`http://localhost:3000/api/auth${path}`, {
			method: body ? "POST" : "GET",
			headers: { "content-type": "application/json", origin: "http://localhost:3000" },
			...(body && { body: JSON.stringify(body) }),
		}),
	);
const statuses = [
	await request("/get-session"),
	await request("/sign-up/email", { name: "A", email: "a@app.example", password: "a-password" }),
	await request("/bsky/client-metadata.json"),
	await request("/bsky/session"),
].map(({ status }) => status);
steps.use = sdk();

await request("/bsky/sign-in", { handle: "not a handle" });
steps.typo = sdk();

const fine = betterAuth({
	baseURL: "http://localhost:3000",
	secret: "a-test-secret-that-is-long-enough-0123456789",
	logger: { disabled: true },
	plugins: [atprotoAuth({ clientMetadata: { scope: "atproto repo:xyz.statusphere.status" } })],
});
await fine.$context;
steps.scopes = sdk();

// Nothing listens there.
await request("/bsky/sign-in", { handle: "did:web:localhost%3A1" });
steps.signIn = sdk();

console.log(JSON.stringify({ statuses, steps }));
