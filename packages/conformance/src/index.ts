export { conformance } from "./conformance.ts";
export type {
	AccountsProps,
	ComponentName,
	Components,
	Driver,
	GatesProps,
	Mounted,
	ProfileProbesProps,
	ScopeGateProps,
	ServerModule,
	SignInProps,
	UserProps,
} from "./driver.ts";
export { renderOnServer } from "./render.ts";
