/** Who is signed in, as the server has rendered the page, or as it said afterwards. */
export function useSession() {
	const request = useRequestFetch();
	const ask = () => request("/api/session");
	const session = useState<Awaited<ReturnType<typeof ask>>>("session", () => ({
		user: null,
		bsky: null,
	}));
	async function refresh() {
		session.value = await ask();
	}
	return { session, ask, refresh };
}
