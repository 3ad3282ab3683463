import { landingWith } from "~~/server/utils/product";

/** Who is signed in, as the server has rendered the page, or as it said afterwards. */
export function useSession() {
	const request = useRequestFetch();
	const ask = () => request("/api/session");
	const session = useState<Awaited<ReturnType<typeof ask>>>("session", () => ({
		user: null,
		bsky: null,
		servers: undefined,
	}));
	/** What somebody was about to set, who is signed out: whatever notices that leads there with it. */
	const unsaved = useState("unsaved", () => "");
	// The browser loads the other page anew, so that nothing of anybody else is left.
	const leave = () => navigateTo(landingWith(unsaved.value), { external: true });
	async function refresh() {
		const found = await ask();
		// Signed out in between: what is on the page is nobody's any more.
		if (session.value.user && !found.user) return leave();
		session.value = found;
	}
	return { session, ask, refresh, unsaved, leave };
}
