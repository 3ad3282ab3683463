// Loaded before code of the README that runs in a page: a window, and cookies. At its end the page
// says where it went, what it was answered and which cookies it was given.
const { APP_PORT, COOKIE = "" } = process.env;
const original = globalThis.fetch;
const location = new URL("http://localhost:3000/");
const answers = [];
const cookies = [];

globalThis.window = { location };
globalThis.fetch = async (input, init) => {
	const { pathname, search } = new URL(input, location);
	const headers = new Headers(init?.headers);
	headers.set("origin", "http://localhost:3000");
	headers.set("host", "localhost:3000");
	if (COOKIE) headers.set("cookie", COOKIE);
	const url = `http://127.0.0.1:${APP_PORT}${pathname}${search}`;
	const response = await original(url, { ...init, headers });
	answers.push(await response.clone().json());
	cookies.push(...response.headers.getSetCookie());
	return response;
};
process.on("exit", () => console.log(JSON.stringify({ href: location.href, answers, cookies })));
