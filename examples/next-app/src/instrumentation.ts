/** Next calls this once, before the first request: the tables are there when it comes. */
export async function register() {
	if (process.env.NEXT_RUNTIME !== "nodejs") return;
	const { getMigrations } = await import("better-auth/db/migration");
	const { auth } = await import("@/lib/auth");
	const { followStatuses } = await import("@/lib/statuses");
	const { runMigrations } = await getMigrations(auth.options);
	await runMigrations();
	void followStatuses();
}
