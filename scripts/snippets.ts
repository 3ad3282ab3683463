import { allPages, check, pageAt } from "@better-auth-bsky/snippets";
import { build } from "@better-auth-bsky/tools/workspace";

/**
 * `npm run snippets`: whether the code on every page of the site and in every README compiles, with the
 * packages as they are built. A page of mistakes is checked along with them: what is not found there
 * would not be found anywhere.
 */

build("./packages/*");

const wrong = pageAt("snippets/wrong.md");
const findings = check([...allPages(), wrong]);
const lines = findings.filter(({ page }) => page === wrong.path).map(({ line }) => line);
const overlooked = wrong.blocks.filter(({ line, code, isHidden }) => {
	if (isHidden) return false;
	const end = line + code.split("\n").length;
	return !lines.some((found) => found >= line && found < end);
});
for (const { section } of overlooked) console.error(`A mistake is overlooked: ${section}`);

const real = findings.filter(({ page }) => page !== wrong.path);
for (const { page, line, message } of real) console.error(`${page}:${line} ${message}\n`);

const count = real.length + overlooked.length;
if (count > 0) console.error("The files are in snippets/.pages.");
console.log(count > 0 ? `${count} to be mended` : "The code on every page compiles.");
process.exitCode = count > 0 ? 1 : 0;
