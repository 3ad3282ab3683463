// By its name: a worker's bundle then has nothing of the rest, such as rich text and moderation.
export { Agent } from "@atproto/api";
