import { exampleSuite } from "../src/suite.ts";

exampleSuite("sveltekit", "development");
