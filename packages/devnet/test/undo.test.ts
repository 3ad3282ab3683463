import { expect, it } from "vitest";
import { Undo } from "../src/servers/undo.ts";

it("takes back the last thing first, all of them once, and says what failed", async () => {
	const taken: string[] = [];
	const undo = new Undo();
	for (const name of ["folder", "directory", "server"])
		undo.add(async () => {
			taken.push(name);
			if (name === "directory") throw new Error("The directory won't stop");
		});
	await expect(undo.run()).rejects.toThrow("The directory won't stop");
	expect(taken).toEqual(["server", "directory", "folder"]);
	await undo.run();
	expect(taken).toHaveLength(3);
});
