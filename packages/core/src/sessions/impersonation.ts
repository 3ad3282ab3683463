/** Whether a session of better-auth is one in which an administrator looks in as somebody else. */
export const isImpersonated = (session: object): boolean =>
	Boolean(Reflect.get(session, "impersonatedBy"));
