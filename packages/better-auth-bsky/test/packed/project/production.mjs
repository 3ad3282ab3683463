// The production configuration of the README: what an authorization server would find.
import { auth } from "./out/auth.js";

const documents = {};
for (const path of ["client-metadata.json", "jwks.json"]) {
	const response = await auth.handler(new Request(`https://myapp.com/api/auth/bsky/${path}`));
	documents[path] = await response.json();
}
console.log(JSON.stringify(documents));
