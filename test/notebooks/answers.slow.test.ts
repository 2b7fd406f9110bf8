// The exercises of the notebooks that need more.
import { it } from "node:test";
import { namesMistakes } from "./wrongAnswers";

for (const file of ["01-your-own-picture.ipynb", "11-an-experiment.ipynb"])
  it(`${file}: the checks of its exercises name the mistakes in wrong answers`, () => namesMistakes(file));
