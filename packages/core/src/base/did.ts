/** Longest that a DID may be, in characters: https://atproto.com/specs/did. */
export const MAX_DID = 2048;

/** The methods that accounts may have: https://atproto.com/specs/did#blessed-did-methods */
const DID = /^did:(?:plc|web):[\w.:%-]*[\w.-]$/;

/** Whether a value is a DID as accounts have them. The SDK's own is loaded on first use only. */
export const isDid = (value: unknown): value is `did:plc:${string}` | `did:web:${string}` =>
	typeof value === "string" && value.length <= MAX_DID && DID.test(value);
