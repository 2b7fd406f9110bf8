// The figures that can be reproduced, paper by paper. A new one is its file and a line here.
import type { PaperFigure } from "./figure";
import { gatys2015Figure2 } from "./gatys2015Figure2";
import { gatys2015Figure3 } from "./gatys2015Figure3";
import { gatys2015RandomWeights } from "./gatys2015RandomWeights";
import { gatys2016Figure1Content } from "./gatys2016Figure1Content";
import { gatys2016Figure1Style } from "./gatys2016Figure1Style";
import { gatys2016Figure3 } from "./gatys2016Figure3";
import { gatys2016Figure4 } from "./gatys2016Figure4";
import { gatys2016Figure5 } from "./gatys2016Figure5";
import { gatys2016Figure6 } from "./gatys2016Figure6";
import { gatys2016Section2 } from "./gatys2016Section2";
import { ustyuzhaninov2016Textures } from "./ustyuzhaninov2016Textures";
import { gatys2016Figure7 } from "./gatys2016Figure7";
import { gatys2016Optimizers } from "./gatys2016Optimizers";
import { gatys2016Speed } from "./gatys2016Speed";
import { gatys2017Color } from "./gatys2017Color";
import { gatys2017Scale } from "./gatys2017Scale";
import { gatys2017Spatial } from "./gatys2017Spatial";
import { heitz2021Marginals } from "./heitz2021Marginals";
import { li2017Kernels } from "./li2017Kernels";
import { risser2017Figure3 } from "./risser2017Figure3";
import { johnson2016Figure5 } from "./johnson2016Figure5";
import { teachingFourPictures } from "./teachingFourPictures";

export const figures: readonly PaperFigure[] = [
  gatys2015Figure2, gatys2015Figure3, gatys2015RandomWeights,
  gatys2016Figure1Content, gatys2016Figure1Style, gatys2016Figure3, gatys2016Figure4, gatys2016Figure5, gatys2016Figure6,
  gatys2016Figure7, gatys2016Optimizers, gatys2016Section2, gatys2016Speed,
  gatys2017Color, gatys2017Spatial, gatys2017Scale,
  johnson2016Figure5, ustyuzhaninov2016Textures, li2017Kernels, risser2017Figure3, heitz2021Marginals,
  teachingFourPictures,
];
