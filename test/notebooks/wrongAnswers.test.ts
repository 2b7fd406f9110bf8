// Exercises whose checks take little time; npm test -- slow tries the others.
import { it } from "node:test";
import { namesMistakes } from "./namesMistakes";
import { quickExercises } from "./wrongAnswers";

for (const file of quickExercises)
  it(`${file}: its checks name what is wrong with wrong answers`, () => namesMistakes(file));
