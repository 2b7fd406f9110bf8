// npm run grade -- FOLDER…: runs students' notebooks, each in a kernel of its own, and writes what their checks say as a table.
import { existsSync, readdirSync, statSync } from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { readNotebook } from "../src/platform/files/notebookFile";
import { writeAtomically } from "../src/platform/files/writeAtomically";
import { type Grade, gradeNotebook, hasExercises, type Lesson, readLesson } from "./grade/gradeNotebook";
import { gradesCsv, gradesHtml } from "./grade/gradesTable";
import { submissionsIn } from "./grade/submissions";
import { stopRequest } from "./stopRequest";

const usage = `npm run grade -- FOLDER… [--course DIR] [--out DIR] [--seconds 300] [--memory 4]

  FOLDER       has a folder for each student (FOLDER/kim/03-content.ipynb), or files with their names (FOLDER/kim_03-content.ipynb)
  --course     the folder of the lessons, whose cells check the answers (default: notebooks/)
  --out        where grades.csv and grades.html are written (default: out/grades/)
  --seconds    how long one notebook may take
  --memory     how many GB its kernel may use

Students' code runs with your rights: grade in a container, or as a user, that has nothing to lose.`;

/** Runs the command, and returns its exit code. */
export async function run(args: string[]): Promise<number> {
  let request: ReturnType<typeof read>;
  try {
    request = read(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 1;
  }
  const { folders, course, out, seconds, gigabytes } = request;
  const stop = stopRequest();
  const options = { seconds, gigabytes, megabytes: 20, signal: stop.signal };
  try {
    const files = readdirSync(course).filter((file) => file.endsWith(".ipynb"));
    const submissions = submissionsIn(folders, files.map((file) => path.basename(file, ".ipynb")));
    if (submissions.length === 0) throw new Error(`there is no notebook (….ipynb) in ${folders.join(", ")}`);
    const lessons = new Map<string, Lesson | undefined>();
    const grades: Grade[] = [];
    for (const [i, submission] of submissions.entries()) {
      if (stop.signal.aborted) break;
      const { student, lesson: name, file } = submission;
      const say = (text: string): void => console.log(`${i + 1}/${submissions.length}  ${student}  ${name ?? path.basename(file)}: ${text}`);
      if (name === undefined) {
        grades.push({ student, lesson: "", exercise: "", verdict: "not run", relativeError: null, notes: "its name says no notebook of the course", file });
        say("its name says no notebook of the course");
        continue;
      }
      if (!lessons.has(name)) {
        const source = path.join(course, `${name}.ipynb`);
        const notebook = readNotebook(source);
        lessons.set(name, hasExercises(notebook) ? await readLesson(name, source, notebook, options) : undefined);
      }
      const lesson = lessons.get(name);
      const rows = lesson ? await gradeNotebook(submission, lesson, options) : [];
      grades.push(...rows);
      say(lesson ? `${rows.filter(({ verdict }) => verdict === "right").length} of ${rows.length} right` : "the lesson has no exercises");
    }
    for (const [name, text] of [["grades.csv", gradesCsv(grades)], ["grades.html", await gradesHtml(grades)]]) {
      const file = path.join(out, name);
      await writeAtomically(file, text);
      console.log(path.relative("", file));
    }
    return stop.signal.aborted ? stop.exitCode() : 0;
  } catch (error) {
    console.error((error as Error).message);
    return stop.signal.aborted ? stop.exitCode() : 1;
  } finally {
    stop.release();
  }
}

function read(args: string[]): { folders: string[]; course: string; out: string; seconds: number; gigabytes: number } {
  const root = path.resolve(__dirname, "..");
  const { values, positionals: folders } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      course: { type: "string", default: path.join(root, "notebooks") },
      out: { type: "string", default: path.join(root, "out", "grades") },
      seconds: { type: "string", default: "300" },
      memory: { type: "string", default: "4" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  if (folders.length === 0) throw new Error("expected the folder of the students' notebooks, got none");
  for (const folder of [...folders, values.course])
    if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new Error(`${folder} is no folder`);
  const positive = (name: "seconds" | "memory"): number => {
    const number = Number(values[name]);
    if (!(number > 0 && number < 1e6)) throw new Error(`--${name} is a number above 0; got ${values[name]}`);
    return number;
  };
  return { folders, course: values.course, out: values.out, seconds: positive("seconds"), gigabytes: positive("memory") };
}
