import { readdirSync, readFileSync } from "node:fs";
import { SENTENCES } from "@better-auth-bsky/core/shared";
import { expect, test } from "vitest";
import { PACKS } from "../../../conformance/src/kit/packs.ts";
import { type BskyLabels, en, errorMessage, mergeLabels } from "../../src/labels/index.ts";
import { fill, plural } from "../../src/labels/text.ts";
import { problemIn } from "../../src/sign-in/errors.ts";

const folder = new URL("../../src/labels/", import.meta.url);
const languages = readdirSync(folder)
	.map((file) => file.replace(".ts", ""))
	.filter((name) => !["index", "text", "types", "atmosphere"].includes(name));

const packs = Object.fromEntries(
	await Promise.all(
		languages.map(async (name) => {
			const module = (await import(new URL(`${name}.ts`, folder).href)) as Record<
				string,
				BskyLabels
			>;
			return [name, module[name.replaceAll("-", "")] as BskyLabels] as const;
		}),
	),
);

test("seventeen languages", () => {
	const european = ["de", "en", "es", "fr", "it", "nl", "pl", "pt-BR", "ru", "tr", "uk"];
	const others = ["ar", "he", "ja", "ko", "zh-Hans", "zh-Hant"];
	expect(languages.sort()).toEqual([...european, ...others].sort());
});

test("the suite of the components shows each but the English one", () => {
	const shown = PACKS.map(({ locale }) => locale);
	expect(["en", ...shown].sort()).toEqual(languages.toSorted());
});

test("each text is shown somewhere", () => {
	const root = new URL("../../src/", import.meta.url);
	const source = readdirSync(root, { recursive: true, encoding: "utf8" })
		.filter((path) => path.endsWith(".ts") && !path.startsWith("labels/"))
		.map((path) => readFileSync(new URL(path, root), "utf8"))
		.join();
	const unused = Object.keys(en).filter((key) => !new RegExp(`\\b${key}\\b(?!:)`).test(source));
	expect(unused).toEqual([]);
});

test("a code in small letters is the same code", () => {
	const codes = Object.keys(en.errors);
	const problems = (of: (code: string) => string) =>
		codes.map((code) => problemIn(en, { error: of(code), pressed: null }));
	expect(problems((code) => code.toLowerCase())).toEqual(problems((code) => code));
});

/** All texts of a pack, by their path. */
const texts = (value: object, path = ""): [string, string][] =>
	Object.entries(value).flatMap(([key, text]) =>
		typeof text === "string" ? [[path + key, text]] : texts(text, `${path}${key}.`),
	);

const foreign = languages.filter((name) => name !== "en");

const gaps = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

/** The categories of a language that are for one number only, as Arabic's dual: it may say it. */
const named = (locale: string) => {
	const rules = new Intl.PluralRules(locale);
	const seen = Array.from({ length: 1000 }, (_, count) => rules.select(count));
	return new Set(seen.filter((each) => seen.indexOf(each) === seen.lastIndexOf(each)));
};

/** As they are declared: English takes some of its own from elsewhere. */
const KEYS = [
	...(readFileSync(new URL("types.ts", folder), "utf8")
		.split("export interface BskyLabels")[1]
		?.split("\n}")[0]
		?.matchAll(/^\t(\w+): /gm) ?? []),
].map(([, key]) => key);

test.each(languages.filter((name) => name !== "en"))(
	"%s has every text, in the order of the types",
	(name) => {
		const pack = packs[name] as BskyLabels;
		expect(pack.locale).toBe(name);
		expect(Intl.getCanonicalLocales(name)).toEqual([name]);
		expect(Object.keys(pack)).toEqual(KEYS);
		expect(Object.keys(pack.errors).sort()).toEqual(Object.keys(en.errors).sort());
	},
);

test.each(languages)("%s has the gaps of English", (name) => {
	const { results, ...rest } = packs[name] as BskyLabels;
	const there = new Map(texts(rest));
	for (const [path, text] of texts(en)) {
		if (path.startsWith("results.")) continue;
		expect([path, gaps(there.get(path) ?? "missing")]).toEqual([path, gaps(text)]);
	}
	for (const [category, text] of Object.entries(results)) {
		const least = named(name).has(category as Intl.LDMLPluralRule) ? [] : ["{count}"];
		expect([least, ["{count}"]]).toContainEqual(gaps(text));
	}
});

test.each(languages)("%s has a form for each plural category of its own, and no other", (name) => {
	const { pluralCategories } = new Intl.PluralRules(name).resolvedOptions();
	expect(Object.keys((packs[name] as BskyLabels).results).sort()).toEqual(pluralCategories.sort());
});

/** Texts that are rightly the English ones. */
const SAME: Record<string, string[]> = {
	"*": ["handlePlaceholder", "serverPlaceholder"],
	fr: ["suggestions", "results.one", "results.other"],
};

test.each(foreign)("%s says nothing in English", (name) => {
	const english = new Map(texts(en));
	const same = texts(packs[name] as BskyLabels).filter(
		([path, text]) => english.get(path) === text,
	);
	expect(same.map(([path]) => path).sort()).toEqual(
		[...(SAME["*"] ?? []), ...(SAME[name] ?? [])].sort(),
	);
});

test.each(languages)("%s is set with care", (name) => {
	for (const [path, text] of texts(packs[name] as BskyLabels)) {
		expect([path, text.trim()]).toEqual([path, text]);
		expect([path, text]).not.toEqual([path, ""]);
		expect([path, text]).toEqual([path, expect.not.stringMatching(/['"]|\.\.\.| {2}/)]);
	}
});

// What is seen on a button is in its name: who speaks to the page says what they see.
test.each(languages)("%s names buttons by what is on them", (name) => {
	const pack = packs[name] as BskyLabels;
	const lower = (text: string) => text.toLocaleLowerCase(name);
	expect(lower(pack.disconnectName)).toContain(lower(pack.disconnect));
	expect(lower(pack.reconnectTitle)).toContain(lower(pack.reconnect));
});

test.each(["ar", "he"])("%s keeps what is inserted apart from its own direction", (name) => {
	for (const [path, text] of texts(packs[name] as BskyLabels)) {
		if (/Placeholder$/.test(path)) continue;
		const bare = text.replace(/\u2068\{\w+\}\u2069|\u2066[!-~]+\u2069/g, "");
		expect([path, bare]).toEqual([
			path,
			expect.not.stringMatching(/\{(?!count)|\w\.\w|[\u2066-\u2069]/),
		]);
	}
	// As escapes: an editor shows nothing else of them.
	expect(readFileSync(new URL(`${name}.ts`, folder), "utf8")).not.toMatch(
		/[\u200e\u200f\u2066-\u2069]/,
	);
});

test("every code of the server has a sentence", () => {
	for (const code of Object.keys(SENTENCES)) expect(en.errors).toHaveProperty(code);
});

test("the default text of each label is in its docstring", () => {
	const source = readFileSync(new URL("types.ts", folder), "utf8");
	for (const [key, text] of Object.entries(en)) {
		if (typeof text !== "string") continue;
		const escaped = text.replace(/[.{}?]/g, "\\$&");
		expect(source).toMatch(new RegExp(`@default "${escaped}"(?:\\n\\t)? \\*/\\n\\t${key}: string`));
	}
});

test("single texts may differ; the others stay", () => {
	const labels = mergeLabels({ or: "—", errors: { UNKNOWN: "Oh no.", MINE: "Mine." } });
	expect(labels).toMatchObject({ or: "—", signIn: en.signIn });
	expect(errorMessage(labels, "mine")).toBe("Mine.");
	expect(errorMessage(labels, "never heard")).toBe("Oh no.");
	expect(errorMessage(labels, "handle_required")).toBe(en.errors.HANDLE_REQUIRED);
});

test("numbers follow the language", () => {
	expect(plural(en, en.results, 1)).toBe("1 suggestion");
	expect(plural(en, en.results, 0)).toBe("0 suggestions");
	const polish = { ...en, locale: "pl" };
	const forms = { one: "{count} osoba", few: "{count} osoby", other: "{count} osób" };
	expect([1, 3, 5].map((n) => plural(polish, forms, n))).toEqual(["1 osoba", "3 osoby", "5 osób"]);
});

test.each(["pt_BR", "", "c"])("a language that is none, %j, has the general form", (locale) => {
	expect(plural({ ...en, locale }, en.results, 2)).toBe("2 suggestions");
});

test("a name with a gap in it is only a name", () => {
	expect(fill("Hello {name}", { name: "{count} $& <b>" })).toBe("Hello {count} $& <b>");
	expect(fill("{a} {b}", { a: 1 })).toBe("1 {b}");
});
