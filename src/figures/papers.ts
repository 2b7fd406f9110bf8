// The papers whose figures are reproduced.
export const gatys2015 = "Gatys, Ecker & Bethge 2015, Texture Synthesis Using Convolutional Neural Networks";
export const gatys2016 = "Gatys, Ecker & Bethge 2016, Image Style Transfer Using Convolutional Neural Networks";
export const johnson2016 = "Johnson, Alahi & Fei-Fei 2016, Perceptual Losses for Real-Time Style Transfer and Super-Resolution";
export const ustyuzhaninov2016 = "Ustyuzhaninov, Brendel, Gatys & Bethge 2016, Texture Synthesis Using Shallow Convolutional Networks with Random Filters";
export const gatys2017 = "Gatys, Ecker, Bethge, Hertzmann & Shechtman 2017, Controlling Perceptual Factors in Neural Style Transfer";
export const li2017 = "Li, Wang, Liu & Hou 2017, Demystifying Neural Style Transfer";
export const risser2017 = "Risser, Wilmot & Barnes 2017, Stable and Controllable Neural Texture Synthesis and Style Transfer Using Histogram Losses";
export const heitz2021 = "Heitz, Vanhoey, Chambon & Belcour 2021, A Sliced Wasserstein Loss for Neural Texture Synthesis";
export const teachingTexts = "Teaching texts, Neural style transfer with a pretrained VGG";

/** "Gatys et al. 2016" of a paper with all its authors and its title. */
export function shortName(paper: string): string {
  const [, author, year] = /^(\w+), .*?(\d{4}), /.exec(paper) ?? [];
  return author ? `${author} et al. ${year}` : paper.split(",")[0];
}
