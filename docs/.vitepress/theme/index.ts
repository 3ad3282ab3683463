import Hovers from "@shikijs/vitepress-twoslash/client";
import type { Theme } from "vitepress";
import DefaultTheme from "vitepress/theme-without-fonts";
import Layout from "./Layout.vue";
import Live from "./Live.vue";
import LiveSettings from "./LiveSettings.vue";
import SignInDrawing from "./SignInDrawing.vue";
import "@shikijs/vitepress-twoslash/style.css";
import "./style.css";

export default {
	extends: DefaultTheme,
	Layout,
	enhanceApp({ app }) {
		app.use(Hovers);
		app.component("Live", Live);
		app.component("LiveSettings", LiveSettings);
		app.component("SignInDrawing", SignInDrawing);
	},
} satisfies Theme;
