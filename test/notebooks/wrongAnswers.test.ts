// Exercises whose checks take little time; npm test -- slow tries the others.
import { it } from "node:test";
import { namesMistakes } from "./namesMistakes";

for (const file of ["05-by-hand.ipynb", "07-descent.ipynb"])
  it(`${file}: its checks name what is wrong with wrong answers`, () => namesMistakes(file));
