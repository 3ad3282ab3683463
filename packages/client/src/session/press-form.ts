/** Does what a person wants who has pressed the button of a form that wasn't there yet. */
export function pressForm(root: Element | null, tries = 50): void {
	const form = root?.querySelector<HTMLElement>('[data-part="root"]');
	const isForm = form?.dataset.as === "form";
	const button = form?.querySelector<HTMLElement>(
		isForm ? '[data-part="input"], li button' : '[data-part="open"], [data-part="continue"]',
	);
	if (button) {
		// A dialog gives the focus back to what had it.
		button.focus();
		if (!isForm) button.click();
	} else if (tries > 0) {
		// Its framework renders when it likes.
		setTimeout(() => pressForm(root, tries - 1), 10);
	}
}

/** Where the form can't be loaded, its button does what it does without scripts. */
export const submitForm = (root: Element | null): void =>
	root?.querySelector<HTMLButtonElement>('[data-part="open"]')?.form?.submit();
