// The papers whose figures are reproduced.
export const gatys2015 = "Gatys, Ecker & Bethge 2015, Texture Synthesis Using Convolutional Neural Networks";
export const gatys2016 = "Gatys, Ecker & Bethge 2016, Image Style Transfer Using Convolutional Neural Networks";
export const ustyuzhaninov2016 = "Ustyuzhaninov, Brendel, Gatys & Bethge 2016, Texture Synthesis Using Shallow Convolutional Networks with Random Filters";
