import type { FunctionalComponent } from "vue";

export declare const Compose: FunctionalComponent;
export declare const MyButton: FunctionalComponent;
