import { expect, test, vi } from "vitest";

// Nitro may put version 3, which other packages bring, in the place of 4 where it bundles core.
vi.mock("zod", () => import("zod/v3"));

test("everything loads beside zod 3, and reads the same", async () => {
	const { atprotoAuth } = await import("../src/index.ts");
	expect(atprotoAuth().id).toBe("bsky");
	const { fetchEmail } = await import("../src/identity/email.ts");
	const did = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
	const said = (email: unknown) => {
		const fetch = async () => Response.json({ did, email, emailConfirmed: true });
		return fetchEmail({ did, aud: "https://pds.example", fetch });
	};
	expect(await said("Alice@Example.com")).toEqual({
		address: "alice@example.com",
		isConfirmed: true,
	});
	for (const none of ["alice", "alice@example.invalid", `${"a".repeat(250)}@example.com`, 1]) {
		expect(await said(none)).toBeNull();
	}
});
