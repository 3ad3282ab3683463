import type { UploadProgress } from "./types.ts";

interface Sending {
	method?: string | undefined;
	headers: Headers;
	body: XMLHttpRequestBodyInit | null;
	signal?: AbortSignal | null | undefined;
}

/** What `fetch` does, by the one way in which browsers tell how much of a body has left. */
export const upload = (
	url: string,
	{ method = "GET", headers, body, signal }: Sending,
	onProgress: (progress: UploadProgress) => void,
): Promise<Response> =>
	new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		const abort = () => {
			reject(signal?.reason);
			request.abort();
		};
		if (signal?.aborted) return abort();
		signal?.addEventListener("abort", abort);
		request.open(method, url);
		request.withCredentials = true;
		request.responseType = "blob";
		for (const [name, value] of headers) request.setRequestHeader(name, value);
		request.upload.onprogress = ({ loaded, total }) => onProgress({ loaded, total });
		request.onload = () => resolve(responseOf(request));
		// The browser's own Stop is an abort, too.
		request.onerror = request.onabort = () => reject(new TypeError("Failed to fetch"));
		request.onloadend = () => signal?.removeEventListener("abort", abort);
		request.send(body);
	});

function responseOf(request: XMLHttpRequest): Response {
	const { status, statusText, response } = request;
	const headers = new Headers();
	for (const line of request.getAllResponseHeaders().split("\r\n")) {
		const [name = "", value] = line.split(/: (.*)/s);
		if (name) headers.append(name, value ?? "");
	}
	// Some statuses have no body, not even an empty one.
	return new Response(response.size ? response : null, { status, statusText, headers });
}
