/** What the elements are called in `data-part`: what the styles go by, and your tests may. */
export const PARTS = [
	// The sign-in form
	"root",
	"form",
	"label",
	"field",
	"input",
	"list",
	"option",
	"submit",
	"continue",
	"mode",
	"divider",
	"status",
	"accounts",
	"account-item",
	"account",
	"forget",
	// The dialog around it
	"open-form",
	"open",
	"dialog",
	"close",
	// The connected accounts
	"connected",
	"connected-list",
	"connected-account",
	"connect",
	"disconnect",
	// Who is signed in
	"user",
	"menu",
	"menu-button",
	"menu-items",
	"sign-out",
	// In several of these
	"error",
	"icon",
	"person",
	"avatar",
	"name",
	"handle",
] as const;

/** The name of a part: what stands in `data-part`. */
export type Part = (typeof PARTS)[number];
