// What is loaded when it is needed: few people need any of it on a page.
export { open, openForm, prepare, retry, signOut } from "./actions.ts";
export { followTrip } from "./follow-trip.ts";
export { reconnect } from "./reconnect.ts";
export { settle } from "./settle.ts";
export { switchTo } from "./switcher.ts";
