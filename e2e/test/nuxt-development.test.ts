import { exampleSuite } from "../src/suite.ts";

exampleSuite("nuxt", "development");
