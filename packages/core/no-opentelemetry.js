// What a worker's bundle has in place of OpenTelemetry's API, which better-auth doesn't use there.
export const trace = { getActiveSpan() {} };
