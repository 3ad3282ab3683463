// Plain JavaScript, so that stripping types costs neither side anything.
// Reports what CPU time it takes to import an app's packages, to answer its first request, and, with
// the plugin, to begin its first sign-in.
import { DatabaseSync } from "node:sqlite";

const { betterAuthUrl, coreUrl, file, options, cookie, addresses, handle } = JSON.parse(
	process.argv[2],
);

const begin = process.cpuUsage();
const spent = () => {
	const { user, system } = process.cpuUsage(begin);
	return (user + system) / 1000;
};

const { betterAuth } = await import(betterAuthUrl);
const plugins = coreUrl ? [(await import(coreUrl)).atprotoAuth(addresses)] : [];
const imported = spent();

const auth = betterAuth({ ...options, database: new DatabaseSync(file), plugins });
const request = new Request(`${options.baseURL}/api/auth/get-session`, { headers: { cookie } });
const { user } = await (await auth.handler(request)).json();
const answered = spent();

if (!user) throw new Error("Nobody is signed in.");
const begun = coreUrl ? await beginSignIn() : answered;
process.stdout.write(JSON.stringify({ imported, answered, begun }), () => process.exit());

async function beginSignIn() {
	const answer = await auth.handler(
		new Request(`${options.baseURL}/api/auth/bsky/sign-in`, {
			method: "POST",
			headers: { "content-type": "application/json", origin: options.baseURL },
			body: JSON.stringify({ handle, callbackURL: "/me" }),
		}),
	);
	const { url } = await answer.json();
	const after = spent();
	if (!url) throw new Error(`sign-in: ${answer.status}`);
	return after;
}
