import { codeBlocks } from "@better-auth-bsky/tools/code-blocks";
import { expect, test } from "vitest";

const fence = "```";
const PAGE = `# A page

${fence}ts
// src/routes/[...all].ts
export const one = 1;
${fence}

## The files

<!-- snippet: hidden.ts
export const two = 2;
-->

<!-- snippet:
declare const did: string;
-->

${fence}ts
// for the person
act(did);
${fence}

${fence}astro [src/index.astro]
---
---
${fence}

${fence}${fence[0]}md
<!-- snippet:
declare const shown: string;
-->
${fence}${fence[0]}
`;

test("a block has its file, its section, its line, and what it leaves out", () => {
	const [whole, hidden, excerpt, titled, shown] = codeBlocks(PAGE);
	expect(whole).toMatchObject({ file: "src/routes/[...all].ts", section: "", line: 4 });
	expect(hidden).toMatchObject({
		file: "hidden.ts",
		isHidden: true,
		code: "export const two = 2;\n",
	});
	expect(excerpt).toMatchObject({
		file: undefined,
		section: "The files",
		hidden: "declare const did: string;\n",
		code: "// for the person\nact(did);\n",
	});
	expect(titled).toMatchObject({ language: "astro", file: "src/index.astro", hidden: "" });
	expect(shown?.code).toContain("declare const shown");
	expect(codeBlocks(PAGE)).toHaveLength(5);
});
