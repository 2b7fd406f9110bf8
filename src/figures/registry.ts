// The figures that can be reproduced, paper by paper. A new one is its file and a line here.
import type { PaperFigure } from "./figure";
import { gatys2016Figure1Content } from "./gatys2016Figure1Content";
import { gatys2016Figure1Style } from "./gatys2016Figure1Style";
import { gatys2016Figure3 } from "./gatys2016Figure3";
import { gatys2016Figure4 } from "./gatys2016Figure4";
import { gatys2016Figure5 } from "./gatys2016Figure5";
import { gatys2016Figure6 } from "./gatys2016Figure6";

export const figures: readonly PaperFigure[] = [
  gatys2016Figure1Content, gatys2016Figure1Style, gatys2016Figure3, gatys2016Figure4, gatys2016Figure5, gatys2016Figure6,
];
