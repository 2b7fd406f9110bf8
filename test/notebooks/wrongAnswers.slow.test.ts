// Every exercise refuses plausible wrong answers and names the mistake.
import { it } from "node:test";
import { namesMistakes } from "./namesMistakes";
import { wrongAnswers } from "./wrongAnswers";

for (const file of Object.keys(wrongAnswers))
  it(`${file}: its checks name what is wrong with wrong answers`, () => namesMistakes(file));
