// Plain JavaScript, so that stripping types costs neither side anything.
// Reports what CPU time it takes to import an app's packages and to answer its first request.
import { DatabaseSync } from "node:sqlite";

const { betterAuthUrl, coreUrl, file, options, cookie } = JSON.parse(process.argv[2]);

const begin = process.cpuUsage();
const spent = () => {
	const { user, system } = process.cpuUsage(begin);
	return (user + system) / 1000;
};

const { betterAuth } = await import(betterAuthUrl);
const plugins = coreUrl ? [(await import(coreUrl)).atprotoAuth()] : [];
const imported = spent();

const auth = betterAuth({ ...options, database: new DatabaseSync(file), plugins });
const request = new Request(`${options.baseURL}/api/auth/get-session`, { headers: { cookie } });
const { user } = await (await auth.handler(request)).json();
const answered = spent();

if (!user) throw new Error("Nobody is signed in.");
console.log(JSON.stringify({ imported, answered }));
