export const inBrowser = (): boolean => "window" in globalThis;
