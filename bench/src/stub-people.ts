/** A person who can be worked out from their number, their handle or their DID. */
interface StubPerson {
	did: `did:plc:${string}`;
	handle: string;
}

export function personOf(known: { number: number } | { handle: string } | { did: string }) {
	const name =
		"number" in known
			? letters(known.number)
			: "handle" in known
				? known.handle.replace(/\.test$/, "")
				: known.did.replace(/^did:plc:/, "");
	return { did: `did:plc:${name}`, handle: `${name}.test` } satisfies StubPerson;
}

/** 24 letters, as `did:plc` wants them. */
const letters = (number: number) =>
	number
		.toString()
		.padStart(24, "0")
		.replace(/\d/g, (digit) => "abcdefghij".charAt(Number(digit)));
