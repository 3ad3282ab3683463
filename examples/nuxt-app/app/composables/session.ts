import { pages } from "~~/server/utils/product";

/** Who is signed in, as the server has rendered the page, or as it said afterwards. */
export function useSession() {
	const request = useRequestFetch();
	const ask = () => request("/api/session");
	const session = useState<Awaited<ReturnType<typeof ask>>>("session", () => ({
		user: null,
		bsky: null,
		servers: undefined,
	}));
	async function refresh() {
		const found = await ask();
		// Signed out in between: what is on the page is nobody's any more.
		if (session.value.user && !found.user) {
			return navigateTo(pages.landing.path, { external: true });
		}
		session.value = found;
	}
	return { session, ask, refresh };
}
