/** Nobody else has it; it is copied along with a row, and no column goes by it. */
const OURS = Symbol("written by better-auth-bsky");

/** An account row that we are about to write. */
export const asOwnRow = <T extends object>(row: T): T => ({ ...row, [OURS]: true });

/** Whether a row that better-auth is about to write is one of {@link asOwnRow}. */
export const isOwnRow = (row: object): boolean => Reflect.get(row, OURS) === true;
