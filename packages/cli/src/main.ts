import { Command, CommanderError } from "commander";
import { leaveApp } from "./app-process.ts";
import { devnetCommand } from "./devnet.ts";
import { doctorCommand } from "./doctor.ts";
import { initCommand } from "./init.ts";
import { keygenCommand } from "./keygen.ts";
import { migrateCommand } from "./migrate.ts";
import { exitCodes, messageOf } from "./outcome.ts";
import { rotateCommand } from "./rotate.ts";
import { version } from "./version.ts";

/** What a command of this package is made with: whom it tells its exit code. */
export type End = (code: number) => void;

/**
 * The `better-auth-bsky` command, with the exit codes of better-auth's own `auth`: 0 where all is well, 1
 * where something is left to do, 2 where it could not run, which it says in a line.
 *
 * @param argv what stands behind the name of the command
 */
export async function main(argv: readonly string[]): Promise<number> {
	let code: number = exitCodes.fine;
	const program = programOf((ended) => {
		code = ended;
	});
	try {
		await program.parseAsync([...argv], { from: "user" });
	} catch (error) {
		// Help and version end by an error, too, whose code says that all is well.
		if (error instanceof CommanderError)
			return error.exitCode === 0 ? exitCodes.fine : exitCodes.couldNotRun;
		process.stderr.write(`${messageOf(error)}\n`);
		return exitCodes.couldNotRun;
	} finally {
		leaveApp();
	}
	return code;
}

function programOf(end: End): Command {
	const program = new Command("better-auth-bsky")
		.description("Sets up, checks and moves an app with Sign in with Bluesky for better-auth.")
		.version(version(), "-v, --version")
		.exitOverride()
		// What stands behind `devnet` is for that.
		.enablePositionalOptions()
		.showHelpAfterError("(`--help` lists what there is)");
	for (const command of [
		devnetCommand(end),
		doctorCommand(end),
		initCommand(end),
		keygenCommand(end),
		migrateCommand(end),
		rotateCommand(end),
	])
		program.addCommand(command.exitOverride());
	return program;
}
