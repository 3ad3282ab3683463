import { pages } from "~~/server/utils/product";

declare module "#app" {
	interface PageMeta {
		/** Whom a page is for, if not for everybody. */
		for?: "signed-in" | "signed-out";
	}
}

export default defineNuxtRouteMiddleware(async (to) => {
	// The page has come with the answer.
	if (useNuxtApp().isHydrating) return;
	const { session, ask } = useSession();
	const found = await ask();
	// The browser loads the other page anew, so that nothing of anybody else is left.
	const leave = { external: true };
	if (to.meta.for === "signed-in" && !found.user) return navigateTo(pages.landing.path, leave);
	if (to.meta.for === "signed-out" && found.user) return navigateTo(pages.home.path, leave);
	session.value = found;
});
