import { statSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";

/** The option by which a command is told where an app is. */
export const withCwd = (command: Command): Command =>
	command.option("-c, --cwd <folder>", "the folder of the app", folder, process.cwd());

function folder(path: string): string {
	if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
	throw new InvalidArgumentError("There is no such folder.");
}
