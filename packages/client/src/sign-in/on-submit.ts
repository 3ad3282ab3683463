import type { SubmitLikeEvent } from "../events.ts";
import type { SignIn } from "./types.ts";

/** Sends the field, or what the button that was pressed says instead. */
export function onSubmit(signIn: SignIn, event: SubmitLikeEvent): void {
	event.preventDefault();
	const { name, value } = event.submitter ?? event.nativeEvent?.submitter ?? {};
	if (name !== "handle" || !value) void signIn.submit();
	else if (value === signIn.options.defaultServer) void signIn.continueWithBluesky();
	else void signIn.signInAs(value);
}
