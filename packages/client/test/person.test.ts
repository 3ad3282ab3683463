import { expect, test } from "vitest";
import { initialsOf } from "../src/person.ts";

test.each([
	["Alice Ångström", "alice.example", "AÅ"],
	["alice", "alice.example", "A"],
	[undefined, "alice.example", "A"],
	// Vowels are marks on the letter before them, and end no word.
	["प्रिया शर्मा", "priya.example", "पश"],
	["हिन्दी", "hindi.example", "ह"],
	["สมชาย วงศ์ดี", "somchai.example", "สว"],
	["مُحَمَّد", "m.example", "م"],
	["A\u0301ngel", "angel.example", "A"],
	["\u0301", "mark.example", "?"],
	["🦋", "butterfly.example", "?"],
])("%j, %s: the initials are %s", (displayName, handle, initials) => {
	expect(initialsOf({ displayName, handle })).toBe(initials);
});
