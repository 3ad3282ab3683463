import fc from "fast-check";

/** A text that has what JSON is written with in it. */
export const anyText = fc.string({ unit: fc.constantFrom(...'a\\",[]{}:é\u2028'), maxLength: 8 });

/** Any JSON value, with such texts and names. */
export const anyJson = (text: fc.Arbitrary<string> = anyText): fc.Arbitrary<unknown> =>
	fc.letrec((tie) => ({
		value: fc.oneof(
			{ maxDepth: 4 },
			text,
			fc.constantFrom(null, true, -1.5),
			fc.array(tie("value")),
			fc.dictionary(text, tie("value")),
		),
	})).value;
