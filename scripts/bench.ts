// `npm run bench`: measures, and writes the table to bench/README.md. A result above its bound is
// marked there and fails nothing; only a measurement that could not be made does.
import "../bench/src/main.ts";
