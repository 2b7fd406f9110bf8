// Every loss that compares with a target, in reading order. A line here makes a loss public and registers its spec: sweeps, the
// command line, "did you mean", the tests of all losses and README's table have it from then on.

// Content: position by position.
export * from "./activations";
export * from "./maskedActivations";
export * from "./pixels";

// Style: from the least that a style can be to whole distributions.
export * from "./gram";
export * from "./channelMeans";
export * from "./meanStd";
export * from "./covariance";
export * from "./moments";
export * from "./gaussianWasserstein";
export * from "./slicedWasserstein";
export * from "./histogram";
export * from "./mmd";

// Style: statistics that depend on positions or neighbors.
export * from "./shiftedGram";
export * from "./crossLayerGram";
export * from "./guidedGram";
export * from "./patches";
export * from "./relaxedEmd";

// Style: losses of teaching texts, of pixels.
export * from "./gradientStatistics";
export * from "./weightedPixels";
