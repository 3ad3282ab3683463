// By its name: of all that `import("better-auth")` would bring, a worker's bundle then has this alone.
export { resolveBaseURL } from "better-auth";
