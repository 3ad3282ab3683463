import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "@better-auth-bsky/tools/workspace";

/** What elements may be called in `data-part`, by what they belong to. */
export interface PartGroup {
	of: string;
	parts: string[];
}

/** The list of parts, in groups as the comments in it have them. */
export function readParts(): PartGroup[] {
	const source = readFileSync(join(ROOT, "packages/client/src/parts.ts"), "utf8");
	const [, list = ""] = /PARTS = \[(.*?)\] as const/s.exec(source) ?? [];
	return list
		.split("// ")
		.slice(1)
		.map((group) => ({
			of: group.slice(0, group.indexOf("\n")),
			parts: [...group.matchAll(/"([\w-]+)"/g)].map(([, part = ""]) => part),
		}));
}
