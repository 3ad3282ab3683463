import type { MarkdownRenderer } from "vitepress";

/** What VitePress leaves out, so that everybody can read every page. */
export function readable(md: MarkdownRenderer): void {
	const { rules } = md.renderer;
	// A table that is wider than a phone scrolls by itself, for the keyboard, too.
	rules.table_open = () =>
		'<div class="table" tabindex="0" role="group" aria-label="Table"><table>\n';
	rules.table_close = () => "</table></div>\n";
	// Vue would read what is between two braces.
	rules.code_inline = (tokens, index, _options, _env, self) => {
		const token = tokens[index];
		return token
			? `<code v-pre${self.renderAttrs(token)}>${md.utils.escapeHtml(token.content)}</code>`
			: "";
	};
	// A column without a heading has none, and not an empty one.
	md.core.ruler.push("empty headings", ({ tokens }) => {
		for (const [index, token] of tokens.entries()) {
			const [inside, close] = [tokens[index + 1], tokens[index + 2]];
			if (token.type !== "th_open" || inside?.content !== "" || !close) continue;
			token.tag = "td";
			close.tag = "td";
		}
	});
}
