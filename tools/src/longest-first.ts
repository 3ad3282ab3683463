import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The test files that take longest, so that none of them is still running when all others are done.
 * Vitest knows it of files that it has run before; of the others it takes the largest one first, and
 * those of `e2e` have three lines.
 */
const LONGEST = [
	"refresh-storm",
	"life-set-ups",
	"account-states",
	"faults-callback",
	"faults-database",
	"several-accounts",
	"runtimes/",
	"account-races",
	"faults-",
	"-production",
	"-development",
	"e2e/",
];

export class LongestFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const rank = ({ moduleId }: TestSpecification) => {
			const index = LONGEST.findIndex((part) => moduleId.includes(part));
			return index < 0 ? LONGEST.length : index;
		};
		const sorted = await super.sort(files);
		return sorted.sort((a, b) => rank(a) - rank(b));
	}
}
