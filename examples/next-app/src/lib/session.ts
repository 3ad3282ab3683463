import { headers } from "next/headers";
import { cache } from "react";
import { auth } from "./auth";

/** Who is signed in, asked once for each request. */
export const getSession = cache(async () => auth.api.getSession({ headers: await headers() }));

export type SignedInUser = (typeof auth.$Infer.Session)["user"];

/** People who came from Bluesky without an e-mail address have a placeholder nobody should see. */
export const shownEmail = ({ email }: SignedInUser) =>
	email.endsWith(".placeholder.invalid") ? null : email;
