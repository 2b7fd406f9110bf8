// The exercises of the notebooks that need few computations; npm test -- slow tries the others.
import { it } from "node:test";
import { namesMistakes } from "./wrongAnswers";

for (const file of ["05-by-hand.ipynb", "07-descent.ipynb"])
  it(`${file}: the checks of its exercises name the mistakes in wrong answers`, () => namesMistakes(file));
