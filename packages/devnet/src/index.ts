export { type Account, type AccountOptions, DEFAULT_PASSWORD } from "./accounts.ts";
export type { AppView } from "./app-view.ts";
export { DevnetError } from "./errors.ts";
export { type Network, startNetwork } from "./network.ts";
export type { NetworkOptions } from "./options.ts";
export type { Pds } from "./pds.ts";
export type { Plc } from "./plc.ts";
export type { Service } from "./service.ts";
export type { LiveToken } from "./tokens.ts";
