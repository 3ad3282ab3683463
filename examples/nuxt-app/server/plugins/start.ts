import { getMigrations } from "better-auth/db/migration";

export default defineNitroPlugin(({ hooks }) => {
	const ready = getMigrations(auth.options).then(({ runMigrations }) => runMigrations());
	// The tables are there when the first request is answered.
	hooks.hook("request", () => ready);
	void ready.then(followStatuses);
});
