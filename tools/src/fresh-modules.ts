import { vi } from "vitest";

// Vitest runs this before each test file. The workspace's own modules are loaded anew, so that no file
// finds what another one left in them, and each can replace one of them by `vi.mock`.
vi.resetModules();
