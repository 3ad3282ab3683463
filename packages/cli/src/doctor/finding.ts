import { styleText } from "node:util";

/** Where something was seen: from inside of the app, or from outside. */
type Where = "set-up" | "app" | "deployed" | "database";

/** Something that is wrong, or worth knowing. */
export interface Finding {
	/** Stable: what it is found by in the documentation. */
	id: string;
	where: Where;
	/** With `info` nothing has to be done, and the command ends with 0. */
	level: "error" | "warn" | "info";
	/** The option that it is about, where it is about one. */
	option?: string | undefined;
	/** What is so, and why it matters. */
	sentence: string;
	/** What to do. */
	remedy: string;
	/** Where more is said of it. */
	link: string;
}

/** Where the documentation is; a test holds it to what core says. */
export const DOCS_URL = "https://better-auth-bsky.github.io/better-auth-bsky";

/** What core knows nothing of, since it is seen from outside alone: the README of this package has it. */
export const OWN = new Set([
	"accounts-of-older-plugins",
	"app-unreadable",
	"callback-elsewhere",
	"client-id-differs",
	"cookie-insecure",
	"cookie-strict",
	"csrf-off",
	"family-unseen",
	"instances-differ",
	"jwks-missing",
	"limits-off",
	"loopback-callback",
	"loopback-closed",
	"metadata-large",
	"page-missing",
	"proxy-address",
]);

/** A finding with its link: that of core's own errors, unless it is said. */
export const finding = (found: Omit<Finding, "link"> & { link?: string }): Finding => ({
	link: `${DOCS_URL}/${OWN.has(found.id) ? "packages/cli" : "errors"}#${found.id}`,
	...found,
});

/** What one look has found. */
export interface Section {
	title: string;
	/** What was looked at, or why nothing was. */
	note: string;
	findings: Finding[];
	/** Nothing was looked at. */
	unseen?: true;
}

/** All sections for people: a line a finding, with its remedy and link below. */
export function asText(sections: readonly Section[]): string {
	return sections
		.map(({ title, note, findings, unseen }) =>
			[
				`${styleText("bold", title)}  ${styleText("dim", plain(note))}`,
				...findings.flatMap(lines),
				...(findings.length > 0 || unseen ? [] : [`  ${MARKS.fine} nothing is wrong`]),
				"",
			].join("\n"),
		)
		.join("\n");
}

/** What servers have said may be in it: it can't move what stands on the terminal. */
const plain = (text: string) => text.replace(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, " ");

const MARKS = {
	fine: styleText("green", "✓"),
	error: styleText("red", "✗"),
	warn: styleText("yellow", "!"),
	info: styleText("blue", "i"),
};

const lines = ({ level, id, option, sentence, remedy, link }: Finding) => [
	`  ${MARKS[level]} ${styleText("bold", id)}  ${option ? `${option}: ` : ""}${plain(sentence)}`,
	...(remedy ? [`      ${plain(remedy)}`] : []),
	`      ${styleText("dim", link)}`,
];
