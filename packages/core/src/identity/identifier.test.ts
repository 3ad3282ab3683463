import { ensureValidHandle, isValidDid, isValidHandle, normalizeHandle } from "@atproto/syntax";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cleanTyped, parseIdentifier } from "./identifier.ts";

/** A label as handles have them: letters, digits and inner hyphens. */
const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
const handle = fc
	.tuple(
		fc.array(label, { minLength: 1, maxLength: 3 }),
		fc.stringMatching(/^[a-z][a-z0-9]{1,10}$/),
	)
	.map(([labels, top]) => [...labels, top].join("."))
	.filter((text) => isValidHandle(text) && text !== "bsky.social");
const did = fc.oneof(
	fc.stringMatching(/^[a-z2-7]{24}$/).map((id) => `did:plc:${id}`),
	handle.map((host) => `did:web:${host}`),
);

/** What comes along when a handle is copied from a page, a chat or an app. */
const invisible = fc.constantFrom(
	..."\u200B\u200C\u200D\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2060\u2066\u2067\u2068\u2069\uFEFF\u00AD",
	" ",
	"\n",
	"\t",
	"\u00A0",
	"\u3000",
);
const noise = fc.array(invisible, { maxLength: 4 }).map((chars) => chars.join(""));
const capitals = (text: string) =>
	fc.infiniteStream(fc.boolean()).map((upper) => {
		return [...text].map((char) => (upper.next().value ? char.toUpperCase() : char)).join("");
	});

describe("properties", () => {
	test("a handle survives whatever comes along with a copy", () => {
		const pasted = handle.chain((value) =>
			fc
				.tuple(noise, fc.constantFrom("", "@", "at://", "at://@", "@@"), capitals(value), noise)
				.map(([before, prefix, text, after]) => ({ value, text: before + prefix + text + after })),
		);
		fc.assert(
			fc.property(pasted, ({ value, text }) => {
				expect(parseIdentifier(text)).toEqual({ type: "handle", value });
			}),
			{ numRuns: 2000 },
		);
	});

	test("a DID survives it too, and keeps its letters", () => {
		const pasted = fc.tuple(noise, fc.constantFrom("", "at://", "@"), did, noise);
		fc.assert(
			fc.property(pasted, ([before, prefix, value, after]) => {
				expect(parseIdentifier(before + prefix + value + after)).toEqual({ type: "did", value });
			}),
			{ numRuns: 1000 },
		);
	});

	test("the path of an at:// URI and of a profile link doesn't matter", () => {
		const account = fc.oneof(
			handle.map((value) => ({ type: "handle", value })),
			did.map((value) => ({ type: "did", value })),
		);
		fc.assert(
			fc.property(account, (identifier) => {
				const { value } = identifier;
				expect(parseIdentifier(`at://${value}/app.bsky.feed.post/3k`)).toEqual(identifier);
				for (const scheme of ["", "http://", "https://"]) {
					const link = `${scheme}bsky.app/profile/${value}/post/3k?x=/@evil.test#y`;
					expect(parseIdentifier(link)).toEqual(identifier);
				}
			}),
			{ numRuns: 500 },
		);
	});

	test("whatever is typed: a valid identifier by @atproto/syntax, or one of our errors", () => {
		const anything = fc.oneof(
			fc.string({ unit: "binary", maxLength: 300 }),
			fc.string({ unit: "grapheme", maxLength: 300 }),
			fc.stringMatching(/^[@a-zA-Z0-9.:/ _-]{0,60}$/),
			fc.webUrl(),
			fc.emailAddress(),
			fc.anything(),
		);
		fc.assert(
			fc.property(anything, (input) => {
				const identifier = parseIdentifier(input);
				if (typeof identifier === "string") {
					expect(identifier).toMatch(/^HANDLE_(REQUIRED|INVALID|IS_EMAIL)$/);
					return;
				}
				const { type, value } = identifier;
				if (type === "handle") {
					ensureValidHandle(value);
					expect(value).toBe(normalizeHandle(value));
				}
				if (type === "did") expect(isValidDid(value)).toBe(true);
				if (type === "server") expect(value).toBe(new URL(value).origin);
			}),
			{ numRuns: 5000 },
		);
	});

	test("every handle and account DID of @atproto/syntax is one here, too", () => {
		const host = fc.stringMatching(/^[a-zA-Z0-9.-]{1,80}$/);
		const method = fc.constantFrom("did:plc:", "did:web:");
		const id = fc.stringMatching(/^[a-zA-Z0-9._:%-]{1,40}$/);
		fc.assert(
			fc.property(
				fc.oneof(
					host,
					fc.tuple(method, id).map((parts) => parts.join("")),
				),
				(text) => {
					fc.pre(!/[.:%]$|^-/.test(text) && text.includes(".") && text !== "bsky.social");
					const valid = text.startsWith("did:") ? isValidDid(text) : isValidHandle(text);
					expect(typeof parseIdentifier(text) === "object").toBe(valid);
				},
			),
			{ numRuns: 5000 },
		);
	});

	test("reading a result again changes nothing", () => {
		fc.assert(
			fc.property(fc.oneof(handle, did), (text) => {
				const first = parseIdentifier(text);
				if (typeof first === "string") throw new Error(first);
				expect(parseIdentifier(first.value)).toEqual(first);
			}),
		);
	});

	/** Everything that means something to the parser, and what people's keyboards add. */
	const typed = fc
		.array(
			fc.oneof(
				handle,
				did,
				invisible,
				fc.constantFrom(
					...[
						"https://",
						"http://",
						"at://",
						"@",
						"%40",
						"/profile/",
						"/",
						".",
						"。",
						":",
						"?",
						"#",
					],
					...[
						'"',
						"'",
						"“",
						"”",
						"(",
						")",
						"[",
						"]",
						"<",
						">",
						"*",
						"…",
						"، ",
						"、",
						"%3A",
						"did:",
					],
					...[
						"bsky.app",
						"bsky.social",
						"müller",
						"みんな",
						"نامه\u200Cای",
						"❤",
						"\u0301",
						"[::1]",
					],
				),
			),
			{ maxLength: 8 },
		)
		.map((parts) => parts.join(""));

	/** Joiners, marks, and letters that NFKC makes several of: few come together by chance. */
	const joined = fc
		.array(
			fc.oneof(
				fc.constantFrom(
					..."\u200C\u200D\u0645\u094D\u0301\u00A8\u037A\u2025\uFE0F\uFFA0\u3164a.@ %",
				),
				fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
			),
			{ maxLength: 6 },
		)
		.map((parts) => parts.join(""));

	test("cleaned text is clean, and means the same", () => {
		const any = fc.oneof(typed, joined, fc.string({ unit: "binary", maxLength: 100 }));
		fc.assert(
			fc.property(any, (text) => {
				const clean = cleanTyped(text);
				expect(cleanTyped(clean)).toBe(clean);
				expect(parseIdentifier(clean)).toEqual(parseIdentifier(text));
			}),
			{ numRuns: 5000 },
		);
	});

	test("what was read is read as the same again, a server's address included", () => {
		fc.assert(
			fc.property(typed, (text) => {
				const first = parseIdentifier(text, { allowHttp: true });
				if (typeof first === "string") return;
				const { type, value } = first;
				expect(parseIdentifier(value, { allowHttp: true })).toMatchObject({ type, value });
			}),
			{ numRuns: 5000 },
		);
	});

	test("whom a link is about is nobody but who is named in it", () => {
		const app = handle.filter((host) => !host.endsWith("bsky.social"));
		const place = fc.constantFrom("", "at/", "bsky/", "profile/", "@", "at://", "p/", "u/", "#/");
		const link = fc.tuple(fc.constantFrom("", "https://", "http://", "//"), app, place);
		const after = fc.constantFrom(
			"",
			"/",
			"/post/3k",
			"?x=y.test",
			"#z.test",
			"/feed?x#y",
			").",
			",",
		);
		fc.assert(
			fc.property(link, handle, after, ([scheme, host, before], value, behind) => {
				const read = parseIdentifier(`${scheme}${host}/${before}${value}${behind}`, {
					allowHttp: true,
				});
				if (typeof read === "string") return;
				// A server is asked first: only where none is at that address the handle is tried.
				expect(read.type === "server" ? read.handle : read.value).toBe(value);
			}),
			{ numRuns: 3000 },
		);
	});

	test("every e-mail address gets the hint", () => {
		const address = fc.tuple(label, handle).map(([name, host]) => `${name}@${host}`);
		fc.assert(
			fc.property(address, (text) => {
				expect(parseIdentifier(text)).toBe("HANDLE_IS_EMAIL");
			}),
		);
	});
});

const PLC = { type: "did", value: "did:plc:ewvi7nxzyoun6zhxrhs64oiz" };
const linkless = (value: string) => ({ type: "handle", value });
const linked = (handle: string, host = handle) => ({
	type: "server",
	value: `https://${host}`,
	handle,
});

describe("examples", () => {
	test.each([
		["alice", { type: "handle", value: "alice.bsky.social" }],
		["alice.bsky.social.", { type: "handle", value: "alice.bsky.social" }],
		["ａｌｉｃｅ.test", { type: "handle", value: "alice.test" }],
		["alice.test/", { type: "handle", value: "alice.test" }],
		["bsky.app", { type: "handle", value: "bsky.app" }],
		["bsky.app/profile/alice.test", { type: "handle", value: "alice.test" }],
		["http://bsky.app/profile/alice.test", { type: "handle", value: "alice.test" }],
		["bsky.app/profile/alice.test?ref=x#top", { type: "handle", value: "alice.test" }],
		["https://deer.social/profile/Alice.test/post/3k", { type: "handle", value: "alice.test" }],
		["https://tokimeki.example/@alice.test", { type: "handle", value: "alice.test" }],
		["klearsky.example/#/profile/alice.test", { type: "handle", value: "alice.test" }],
		[
			"pdsls.example/at://did:plc:ewvi7nxzyoun6zhxrhs64oiz/app.bsky.feed.post",
			{ type: "did", value: "did:plc:ewvi7nxzyoun6zhxrhs64oiz" },
		],
		["https://www.bsky.app/profile/alice", { type: "handle", value: "alice.bsky.social" }],
		["https://alice.example", linked("alice.example")],
		["<https://alice.example/>,", linked("alice.example")],
		["HTTPS://Alice.Example.", linked("alice.example")],
		["https://alice.example:443", linked("alice.example")],
		["https://müller.example", linked("xn--mller-kva.example")],
		["https://alice.bsky.social/", linked("alice.bsky.social")],
		["https://http.example", linked("http.example")],
		["https://alice.example:8443", { type: "server", value: "https://alice.example:8443" }],
		["https://192.168.1.5", { type: "server", value: "https://192.168.1.5" }],
		["https://bsky.social", { type: "server", value: "https://bsky.social" }],
		["https://bsky.app/settings", { type: "server", value: "https://bsky.app" }],
		["https://bsky.app/?x=alice.test", { type: "server", value: "https://bsky.app" }],
		["https://tangled.test/alice.test", linked("alice.test", "tangled.test")],
		["https://clearsky.test/alice.bsky.social/posts", linked("alice.bsky.social", "clearsky.test")],
		["https://bridge.test/bsky/alice.test", linked("alice.test", "bridge.test")],
		["clearsky.test/alice.bsky.social", { type: "handle", value: "alice.bsky.social" }],
		["bridge.test/bsky/alice.test/", { type: "handle", value: "alice.test" }],
		["pdsls.test/at://alice.test/app.bsky.feed.post", { type: "handle", value: "alice.test" }],
		["https://pdsls.test/#/at://Alice.test", { type: "handle", value: "alice.test" }],
		["https://bsky.app/profile/did%3Aplc%3Aewvi7nxzyoun6zhxrhs64oiz", PLC],
		["bsky.app/profile/DID%3aplc%3aewvi7nxzyoun6zhxrhs64oiz?x", PLC],
		["did%3Aplc%3Aewvi7nxzyoun6zhxrhs64oiz", PLC],
		["https%3A%2F%2Fbsky.app%2Fprofile%2Falice.test", { type: "handle", value: "alice.test" }],
		["https://bsky.app/profile/%40m%C3%BCller.example", linkless("xn--mller-kva.example")],
		['"%40alice.test"', { type: "handle", value: "alice.test" }],
		["**@alice.test**", { type: "handle", value: "alice.test" }],
		["> • alice.test |", { type: "handle", value: "alice.test" }],
		["alice.test、", { type: "handle", value: "alice.test" }],
		["alice.test؟", { type: "handle", value: "alice.test" }],
		["[(“@alice.test”])>!…", { type: "handle", value: "alice.test" }],
		["[@alice.test](https://bsky.app/profile/alice.test)", linkless("alice.test")],
		["https：／／bsky.app／profile／alice.test", { type: "handle", value: "alice.test" }],
		["- alice.test", linkless("alice.test")],
		["@ alice.test", linkless("alice.test")],
		["alice.test @", linkless("alice.test")],
		["alice. test", linkless("alice.test")],
		["@alice. bsky. social", linkless("alice.bsky.social")],
		["at:alice.test", linkless("alice.test")],
		["https:alice.test", linked("alice.test")],
		["https:/bsky.app/profile/alice.test", linkless("alice.test")],
		["– @alice.test", linkless("alice.test")],
		["—alice.test—", linkless("alice.test")],
		["¿alice.test?", linkless("alice.test")],
		["¡@alice.test!", linkless("alice.test")],
		// As apps have it between marks of direction.
		["https://bsky.app/profile/%E2%80%AAalice.test%E2%80%AC", linkless("alice.test")],
		["https://bsky.app/profile/%20%40alice.test%20", linkless("alice.test")],
		["at://did%3Aplc%3Aewvi7nxzyoun6zhxrhs64oiz/app.bsky.feed.post/3k", PLC],
		["at://%40alice.test", linkless("alice.test")],
		["https://https://bsky.app/profile/alice.test", linkless("alice.test")],
		["https://bsky.app/starter-pack/alice.test/3k", linked("alice.test", "bsky.app")],
		["bsky.app/starter-pack/alice.test/3k", linkless("alice.test")],
		["“https://[::1]:8443”,", { type: "server", value: "https://[::1]:8443" }],
		["<https://[::1]>", { type: "server", value: "https://[::1]" }],
		// One each of what domains are written in.
		["пример.рф", linkless("xn--e1afmkfd.xn--p1ai")],
		["مثال.إختبار", linkless("xn--mgbh0fb.xn--kgbechtv")],
		["דוגמה.טעסט", linkless("xn--6dbbec0c.xn--deba0ad")],
		["उदाहरण.परीक्षा", linkless("xn--p1b6ci4b4b3a.xn--11b5bs3a9aj6g")],
		["உதாரணம்.பரிட்சை", linkless("xn--zkc6cc5bi7f6e.xn--hlcj6aya9esc7a")],
		["例子。测试", linkless("xn--fsqu00a.xn--0zwm56d")],
		["한국.테스트", linkless("xn--3e0b707e.xn--9t4b11yi5a")],
		["faß.example", linkless("xn--fa-hia.example")],
		["ꩰ.com", linkless("xn--8r9a.com")],
		["kc512.みんな", linkless("kc512.xn--q9jyb4c")],
		["i❤️.ws", linkless("xn--i-7iq.ws")],
		["👍🏽.example", linkless("xn--on8h5e.example")],
		// A non-joiner is part of a name, where its letters ask for one.
		["نامه\u200Cای.example", linkless("xn--mgba3gch31f060k.example")],
		["https://pds.example/profile/settings", { type: "server", value: "https://pds.example" }],
		["https://social.example/@alice", { type: "server", value: "https://social.example" }],
		[
			"https://pds.example/?next=/profile/evil.test",
			{ type: "server", value: "https://pds.example" },
		],
		[
			"https://pds.example/x?did=/did:plc:ewvi7nxzyoun6zhxrhs64oiz#/x",
			{ type: "server", value: "https://pds.example" },
		],
		["alice.test/app.bsky.feed.post/3k", { type: "handle", value: "alice.test" }],
		["did:web:example.com%40a", { type: "did", value: "did:web:example.com%40a" }],
		["ΟΔΟΣ-1.gr", { type: "handle", value: "xn---1-k9b7bby.gr" }],
		["%40alice.test", { type: "handle", value: "alice.test" }],
		["“@alice.test”,", { type: "handle", value: "alice.test" }],
		["(alice.test).", { type: "handle", value: "alice.test" }],
		["müller.example", { type: "handle", value: "xn--mller-kva.example" }],
		["MÜLLER.Example", { type: "handle", value: "xn--mller-kva.example" }],
		["例え。テスト", { type: "handle", value: "xn--r8jz45g.xn--zckzah" }],
		["https://[::1]:8443", { type: "server", value: "https://[::1]:8443" }],
		["bsky.social", { type: "server", value: "https://bsky.social" }],
		["@BSKY.social", { type: "server", value: "https://bsky.social" }],
		["https://pds.example.com/any/path?x=1", { type: "server", value: "https://pds.example.com" }],
		["HTTPS://PDS.example.com:8443", { type: "server", value: "https://pds.example.com:8443" }],
		[
			"DID:PLC:ewvi7nxzyoun6zhxrhs64oiz",
			{ type: "did", value: "did:plc:ewvi7nxzyoun6zhxrhs64oiz" },
		],
	])("%s", (input, expected) => expect(parseIdentifier(input)).toEqual(expected));

	test.each([
		[undefined, "HANDLE_REQUIRED"],
		[null, "HANDLE_REQUIRED"],
		["", "HANDLE_REQUIRED"],
		[" \u202A ", "HANDLE_REQUIRED"],
		["@", "HANDLE_REQUIRED"],
		[42, "HANDLE_INVALID"],
		[["alice.test"], "HANDLE_INVALID"],
		["no spaces.test", "HANDLE_INVALID"],
		["alice.test\nbob.test", "HANDLE_INVALID"],
		["alice\t.test", "HANDLE_INVALID"],
		["#alice.test", "HANDLE_INVALID"],
		["?alice.test", "HANDLE_INVALID"],
		["https://。#", "HANDLE_INVALID"],
		["bsky.app/settings", "HANDLE_INVALID"],
		["alice.test:443", "HANDLE_INVALID"],
		["👍.bsky.social", "HANDLE_INVALID"],
		["**alice@example.com**", "HANDLE_IS_EMAIL"],
		["mailto:alice@example.com", "HANDLE_IS_EMAIL"],
		["@alice@social.example", "HANDLE_IS_EMAIL"],
		["bsky.app/profile/", "HANDLE_INVALID"],
		["bsky.app/about", "HANDLE_INVALID"],
		["müller", "HANDLE_INVALID"],
		["social.example/@alice", "HANDLE_INVALID"],
		["https://user@evil.test/profile/bob.test", "HANDLE_INVALID"],
		["аlice.bsky.socia\uFE0Fl", "HANDLE_INVALID"],
		["alice.1", "HANDLE_INVALID"],
		['https://"#', "HANDLE_INVALID"],
		["https://a*b.test", "HANDLE_INVALID"],
		["https://{pds}.test", "HANDLE_INVALID"],
		["javascript:alert(1)", "HANDLE_INVALID"],
		["data:text/html,x", "HANDLE_INVALID"],
		["http://pds.example.com", "HANDLE_INVALID"],
		["https://user:pass@pds.example.com", "HANDLE_INVALID"],
		["did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme", "HANDLE_INVALID"],
		["alice@example.com", "HANDLE_IS_EMAIL"],
		["a".repeat(100_000), "HANDLE_INVALID"],
		["аlice.bsky.social", "HANDLE_INVALID"],
	])("%j", (input, expected) => expect(parseIdentifier(input)).toBe(expected));

	test("takes no longer for what is made to take long", () => {
		for (const piece of ["…", "\uFE19", "(", "@", "/profile/", "a.", "%40", "\u0301", "https://"]) {
			const text = `a${piece.repeat(2048)}`.slice(0, 2047);
			const before = process.cpuUsage();
			for (let i = 0; i < 20; i++) parseIdentifier(`${text}a`);
			expect([piece, process.cpuUsage(before).user / 20]).toEqual([
				piece,
				expect.toSatisfy((us: number) => us < 10_000),
			]);
		}
	});

	test("plain http where a local network is meant", () => {
		expect(parseIdentifier("http://localhost:2583", { allowHttp: true })).toEqual({
			type: "server",
			value: "http://localhost:2583",
		});
	});
});
