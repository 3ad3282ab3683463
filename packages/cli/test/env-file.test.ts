import { mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { describe, expect, test } from "vitest";
import { EnvFile } from "../src/env-file.ts";

const folder = () => mkdtempSync(join(tmpdir(), "bsky-env-"));

describe("a line is added or filled in, and all else stays", () => {
	test.each([
		["no file", "", "KEY=word\n"],
		["a last line without its end", "A=1", "A=1\nKEY=word\n"],
		["an empty line for it", "KEY=\nB=2\n", "KEY=word\nB=2\n"],
		["one with a comment", "KEY= # made by keygen\nB=2", "KEY=word\nB=2"],
		["one in quotes", 'KEY=""\n', "KEY=word\n"],
		["one that is exported", "export KEY=\n", "export KEY=word\n"],
		["the name in a longer one", "MY_KEY=\nKEYS=\n", "MY_KEY=\nKEYS=\nKEY=word\n"],
		["a byte order mark in front of it", "\uFEFFKEY=\nB=2\n", "\uFEFFKEY=word\nB=2\n"],
		["the name in a comment", "# KEY=\n", "# KEY=\nKEY=word\n"],
		["other line ends", "A=1\r\nB=2\r\n", "A=1\r\nB=2\r\nKEY=word\n"],
	])("%s", (_, before, after) => {
		const file = new EnvFile("unused", before).set("KEY", "word");
		expect(file.text).toBe(after);
		expect(parseEnv(file.text.replace("\uFEFF", "")).KEY).toBe("word");
	});
});

describe("a value is put in another's place", () => {
	test.each([
		["a plain one", "A=1\nKEY=old\nB=2\n", "A=1\nKEY=word\nB=2\n"],
		["one in quotes", 'KEY="old"\n', "KEY=word\n"],
		["one behind a byte order mark", "\uFEFFKEY=old\n", "\uFEFFKEY=word\n"],
		["one with blanks around", "  KEY = old  # since May\n", "KEY=word\n"],
		["the last of two, which counts", "KEY=older\nKEY=old\n", "KEY=older\nKEY=word\n"],
		["one that is none yet", "A=1\n", "A=1\nKEY=word\n"],
	])("%s", (_, before, after) => {
		expect(new EnvFile("unused", before).replace("KEY", "word").text).toBe(after);
	});

	test("not in that of one over several lines", () => {
		const file = new EnvFile("unused", 'KEY="-----BEGIN\nx\n-----END"\n');
		expect(() => file.replace("KEY", "word")).toThrow("several lines");
		expect(file.text).toContain("-----END");
	});
});

test("a file is for its owner alone, whatever it was before", () => {
	const path = join(folder(), ".env");
	writeFileSync(path, "A=1\n", { mode: 0o644 });
	EnvFile.read(path).set("KEY", "word").write();
	expect(statSync(path).mode & 0o777).toBe(0o600);
	expect(readFileSync(path, "utf8")).toBe("A=1\nKEY=word\n");
});

test.each([
	["by PowerShell", Buffer.from("\uFEFFA=1\r\n", "utf16le")],
	["in Latin-1", Buffer.from("PASSWORD=geheimnisvoll-für-alle\n", "latin1")],
])("a file that is written %s is refused, and stays to the byte", (_, bytes) => {
	const path = join(folder(), ".env");
	writeFileSync(path, bytes);
	expect(() => EnvFile.read(path)).toThrow("no UTF-8");
	expect(readFileSync(path)).toEqual(bytes);
});

test("a link stays one, and leads to what was written", () => {
	const target = join(folder(), "secrets");
	const link = join(folder(), ".env");
	writeFileSync(target, "A=1\n");
	symlinkSync(target, link);
	EnvFile.read(link).set("KEY", "word").write();
	expect(readFileSync(target, "utf8")).toBe("A=1\nKEY=word\n");
});
