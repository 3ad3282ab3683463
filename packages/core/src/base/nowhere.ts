import { NotPublicError } from "./addresses.ts";
import { causes } from "./causes.ts";
import { isNoRecord } from "./name-servers.ts";

/** Whether a request failed since there is no such place to ask: no such name, or none out there. */
export const isNowhere = (error: unknown): boolean =>
	causes(error).some((cause) => cause instanceof NotPublicError || isNoRecord(cause));
