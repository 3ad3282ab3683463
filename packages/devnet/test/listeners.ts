import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Whether this system tells what a process listens on. */
export const canListListeners = process.platform === "linux";

/** Every address this process listens on, as the kernel writes it: `0100007F:0A15`. */
export function listeners(): string[] {
	const own = new Set<string>();
	for (const name of readdirSync("/proc/self/fd")) {
		try {
			const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${name}`)) ?? [];
			if (inode) own.add(inode);
		} catch {
			// Closed since the folder was read, like the folder's own descriptor.
		}
	}
	return ["tcp", "tcp6"].flatMap((table) =>
		readFileSync(`/proc/self/net/${table}`, "utf8")
			.split("\n")
			.slice(1)
			.map((line) => line.trim().split(/\s+/))
			.filter(([, , , state, , , , , , inode]) => state === "0A" && own.has(inode ?? ""))
			.map(([, address]) => address ?? ""),
	);
}

/** 127.0.0.1, as the kernel writes it. */
export const LOOPBACK_HEX = /^0100007F:/;
