import { readdirSync, readFileSync } from "node:fs";
import { SENTENCES } from "@better-auth-bsky/core/shared";
import { expect, test } from "vitest";
import { PACKS } from "../../../conformance/src/kit/packs.ts";
import { type BskyLabels, en, errorMessage, mergeLabels } from "../../src/labels/index.ts";
import { fill, plural } from "../../src/labels/text.ts";

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
			return [name, module[name.replace("-", "")] as BskyLabels] as const;
		}),
	),
);

test("nine languages", () => {
	expect(languages.sort()).toEqual(["de", "en", "es", "fr", "it", "ja", "ko", "nl", "pt-BR"]);
});

test("the suite of the components shows each but the English one", () => {
	const shown = PACKS.map(({ locale }) => locale);
	expect(["en", ...shown].sort()).toEqual(languages.toSorted());
});

/** All texts of a pack, by their path. */
const texts = (value: object, path = ""): [string, string][] =>
	Object.entries(value).flatMap(([key, text]) =>
		typeof text === "string" ? [[path + key, text]] : texts(text, `${path}${key}.`),
	);

test.each(languages)("%s has every text, with the same gaps", (name) => {
	const pack = packs[name] as BskyLabels;
	expect(pack.locale).toBe(name);
	expect(Intl.getCanonicalLocales(name)).toEqual([name]);
	const gaps = (text: string) => text.match(/\{\w+\}/g) ?? [];
	const there = new Map(texts(pack));
	for (const [path, text] of texts(en)) {
		if (path === "results.one") continue;
		expect([path, gaps(there.get(path) ?? "missing")]).toEqual([path, gaps(text)]);
		expect([path, there.get(path)?.trim()]).toEqual([path, there.get(path)]);
		expect(there.get(path)).not.toBe("");
	}
});

test("every code of the server has a sentence", () => {
	for (const code of Object.keys(SENTENCES)) expect(en.errors).toHaveProperty(code);
});

test("the default text of each label is in its docstring", () => {
	const source = readFileSync(new URL("types.ts", folder), "utf8");
	for (const [key, text] of Object.entries(en)) {
		if (typeof text !== "string") continue;
		expect(source).toMatch(
			new RegExp(`@default "${text.replace(/[.{}]/g, "\\$&")}" \\*/\\n\\t${key}: string`),
		);
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

test("a name with a gap in it is only a name", () => {
	expect(fill("Hello {name}", { name: "{count} $& <b>" })).toBe("Hello {count} $& <b>");
	expect(fill("{a} {b}", { a: 1 })).toBe("1 {b}");
});
