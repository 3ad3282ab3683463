import Hovers from "@shikijs/vitepress-twoslash/client";
import type { Theme } from "vitepress";
import DefaultTheme from "vitepress/theme-without-fonts";
import Layout from "./Layout.vue";
import Live from "./Live.vue";
import LiveSettings from "./LiveSettings.vue";
import SignInDrawing from "./SignInDrawing.vue";
import "@shikijs/vitepress-twoslash/style.css";
import "./style.css";

/** As the package has them, but that a finger needn't stay down. */
function hovers() {
	const canHover = typeof matchMedia === "undefined" || matchMedia("(hover: hover)").matches;
	const triggers = [canHover ? "hover" : "click"];
	return {
		...{ $extend: "dropdown", triggers, popperTriggers: triggers, placement: "bottom-start" },
		...{ delay: 0, flip: false, instantMove: true, handleResize: false },
		...{ arrowPadding: 8, overflowPadding: 10, autoBoundaryMaxSize: true },
	};
}

export default {
	extends: DefaultTheme,
	Layout,
	enhanceApp({ app }) {
		// In a landmark, for whoever goes by those.
		app.use(Hovers, { container: "main", theme: { twoslash: hovers() } });
		app.component("Live", Live);
		app.component("LiveSettings", LiveSettings);
		app.component("SignInDrawing", SignInDrawing);
	},
} satisfies Theme;
