import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where a command is found. */
export function onPath(name: string): string[] {
	const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
	return folders.map((folder) => join(folder, name)).filter(isExecutable);
}

/** Below each folder of Windows where programs are. */
export const inProgramFiles = (...path: string[]): string[] =>
	["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].flatMap((name) => {
		const folder = process.env[name];
		return folder ? [join(folder, ...path)] : [];
	});

export function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
