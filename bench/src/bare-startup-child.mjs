// Plain JavaScript, as startup-child.mjs.
// Reports what CPU time it takes to import the bare SDK and to begin its first sign-in.
const { sdkUrl, scope, redirectUri, addresses, handle } = JSON.parse(process.argv[2]);

const begin = process.cpuUsage();

const { buildAtprotoLoopbackClientMetadata, NodeOAuthClient, requestLocalLock } = await import(
	sdkUrl
);
const client = new NodeOAuthClient({
	...addresses,
	clientMetadata: buildAtprotoLoopbackClientMetadata({ scope, redirect_uris: [redirectUri] }),
	allowHttp: true,
	stateStore: memoryStore(),
	sessionStore: memoryStore(),
	requestLock: requestLocalLock,
});
await client.authorize(handle);

const { user, system } = process.cpuUsage(begin);
const begun = (user + system) / 1000;
process.stdout.write(JSON.stringify({ begun }), () => process.exit());

function memoryStore() {
	const values = new Map();
	return {
		get: (key) => values.get(key),
		set: (key, value) => void values.set(key, value),
		del: (key) => void values.delete(key),
	};
}
