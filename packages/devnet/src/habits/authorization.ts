import { type Habit, rewriting } from "./habit.ts";
import { formOf, isOAuth, isPar, json } from "./messages.ts";

export const cancelWithoutState = (): Habit =>
	rewriting(isOAuth, (answer) => {
		const { location } = answer.headers;
		const url = typeof location === "string" ? URL.parse(location) : null;
		if (url?.searchParams.get("error") !== "access_denied") return answer;
		url.searchParams.delete("state");
		url.searchParams.delete("iss");
		return { ...answer, headers: { ...answer.headers, location: url.href } };
	});

export const firstRedirectUriOnly = (): Habit => ({
	front: (asked, next) => {
		if (!isPar(asked)) return next();
		const form = formOf(asked);
		const client = URL.parse(form.get("client_id") ?? "");
		if (client?.origin !== "http://localhost") return next();
		const first = client.searchParams.get("redirect_uri") ?? "http://127.0.0.1/";
		if (form.get("redirect_uri") === first) return next();
		const error_description = "redirect_uri is not registered for this client";
		return json(400, { error: "invalid_request", error_description });
	},
});

export const par200 = (): Habit =>
	rewriting(isPar, (answer) => (answer.status === 201 ? { ...answer, status: 200 } : answer));
