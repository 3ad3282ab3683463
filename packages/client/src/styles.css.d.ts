// What TypeScript finds for `import "…/styles.css"`: there is nothing to import from it.
export {};
