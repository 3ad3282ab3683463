/** A method that takes a large body, and one that gives a large answer. */
export const UP = "com.atproto.repo.uploadBlob";
export const DOWN = "xyz.evil.download";
