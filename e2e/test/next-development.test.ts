import { exampleSuite } from "../src/suite.ts";

exampleSuite("next", "development");
