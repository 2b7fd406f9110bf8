// Exercises refuse plausible wrong answers and name the mistake: those that take longer than wrongAnswers.test.ts may.
import { it } from "node:test";
import { namesMistakes } from "./namesMistakes";
import { quickExercises, wrongAnswers } from "./wrongAnswers";

for (const file of Object.keys(wrongAnswers).filter((name) => !quickExercises.includes(name)))
  it(`${file}: its checks name what is wrong with wrong answers`, () => namesMistakes(file));
