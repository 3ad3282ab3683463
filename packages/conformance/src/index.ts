export { conformance } from "./conformance.ts";
export type {
	ComponentName,
	Components,
	Driver,
	LinkProps,
	Mounted,
	ProviderProps,
	ServerModule,
	SignInProps,
	UserProps,
} from "./driver.ts";
export { renderOnServer } from "./render.ts";
export { screenshots } from "./screenshots.ts";
