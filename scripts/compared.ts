/** `npm run compared`: writes the figures of docs/compared.md. */
await import("../bench/src/compared.ts");
