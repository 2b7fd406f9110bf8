// Whether the checks of a notebook's exercises name what is wrong with wrong answers.
import assert from "node:assert/strict";
import { tryAnswers } from "./tryAnswers";
import { wrongAnswers } from "./wrongAnswers";

/** The checks name the mistakes in at least three wrong answers to each exercise; the stub is "not yet", and the solution is right. */
export async function namesMistakes(file: string): Promise<void> {
  const byExercise = wrongAnswers[file];
  assert.ok(byExercise.every((answers) => answers.length >= 3), "an exercise has fewer than three wrong answers");
  const told = await tryAnswers(file, byExercise.map((answers) => answers.map(([code]) => code)));
  assert.equal(told.length, byExercise.length, "an exercise has no wrong answers");
  for (const [k, [stub, solution, ...others]] of told.entries()) {
    assert.ok(stub.length > 0 && stub.every((message) => message.startsWith("○")), stub.join("\n"));
    assert.ok(solution.every((message) => message.startsWith("✓")), solution.join("\n"));
    for (const [i, messages] of others.entries())
      assert.match(messages.filter((message) => message.startsWith("✗")).join("\n"), byExercise[k][i][1], byExercise[k][i][0]);
  }
}
