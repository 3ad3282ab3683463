/** 5xx, and "too early", "too many requests", "timeout": the same request may work later. */
export const isPassing = (status: number): boolean =>
	status >= 500 || [408, 425, 429].includes(status);
