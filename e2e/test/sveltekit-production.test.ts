import { exampleSuite } from "../src/suite.ts";

exampleSuite("sveltekit", "production");
