import type { App } from "./app.ts";
import { handler, segments } from "./handler.ts";
import { page } from "./page.ts";
import { byHand, edit, NOTHING, type Plan } from "./plan.ts";
import { Source } from "./source.ts";
import { inStyle } from "./style.ts";

const WHAT = "The routes of what was added";

/** Names new files in React Router's list of routes, unless that is made from the folder. */
export function routes(app: App): Plan {
	const path = [...app.files.keys()].find((each) => /^app\/routes\.[jt]s$/.test(each));
	if (app.framework !== "react-router" || !path) return NOTHING;
	const text = app.files.get(path) ?? "";
	const added = [...handler(app).edits, ...page(app).edits].map((each) => each.path);
	if (added.length === 0 || /\bflatRoutes\s*\(/.test(text)) return NOTHING;
	const items = added.map((file) => `route("${urlOf(file)}", "${file.replace(/^app\//, "")}")`);
	const lines = inStyle(`${items.join(",\n")},`, { ...app.style, eol: "\n" });
	return edited(path, text, items) ?? byHand(path, WHAT, lines);
}

/** `app/routes/api.auth.$.ts` answers at `api/auth/*`. */
const urlOf = (file: string) =>
	segments(
		file
			.replace(/^app\/routes\//, "")
			.replace(/\.[jt]sx?$/, "")
			.replaceAll(".", "/"),
	)
		.join("/")
		.replace(/\$$/, "*");

function edited(path: string, text: string, items: string[]): Plan | undefined {
	const source = Source.read(path, text);
	const list = source?.defaultExport();
	const imported = source?.imports.find((by) => by.source.value === "@react-router/dev/routes");
	if (!source || !imported || list?.type !== "ArrayExpression") return undefined;
	const local = source.imported("route", /^@react-router\/dev\/routes$/)?.local;
	if (!local && source.binds("route")) return undefined;
	const all = items.join(",\n").replace(/^route\b/gm, local ?? "route");
	if (!source.add(list, list.elements.length, all)) return undefined;
	if (!local) source.addImport('import { route } from "@react-router/dev/routes";', imported);
	const after = source.edited;
	return after === undefined ? undefined : edit(path, text, after, WHAT);
}
