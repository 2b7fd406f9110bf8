// The figures that can be reproduced, paper by paper. A new one is its file and a line here.
import type { PaperFigure } from "./figure";
import { gatys2016Figure1Content } from "./gatys2016Figure1Content";

export const figures: readonly PaperFigure[] = [
  gatys2016Figure1Content,
];
