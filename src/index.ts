// styloscope's table of contents: every public name, in reading order.

// Arrays, automatic differentiation, and which machine does the arithmetic.
export * as tf from "@tensorflow/tfjs";
export { engine, engines, type Engine, type EngineName } from "./engine/engine";

// Images: RGB in 0…1, [height, width, 3].
export { crop, noise, resize, sizeFor, type Image, type Share, type Size } from "./image";
export { encodeImage, loadImage, sample, samples, saveImage } from "./files/images";
export { contactSheet } from "./files/sheet";

// Networks: who looks.
export type { Features, Network } from "./networks/network";
export { loadNetwork, networkNames } from "./networks/load";
export { vgg16, vgg19, vgg19Mini, vggFrom, type Vgg } from "./networks/vgg";
export { randomSqueezenet, squeezenet } from "./networks/squeezenet";
export { randomResnet50, resnet50 } from "./networks/resnet50";
export { randomNetwork, randomVgg, type RandomOptions } from "./networks/random";
export { trainedNetwork } from "./networks/trained";
export type { Layered } from "./networks/layered";
export type { Filter, Preparation } from "./networks/operations";
export { normalised } from "./networks/normalised";
export { findWeights, listWeights } from "./files/weights";

// Networks as data: how to add one.
export {
  convolution, kerasTensor, pool, poolings, relu, torchTensor, type Architecture, type Layer, type Layout, type Operation, type Pooling,
} from "./architectures/architecture";
export { architectures } from "./architectures/known";

// Losses: what counts as similar.
export type { Loss } from "./losses/loss";
export { matching, squaredError } from "./losses/matching";
export { weightedMean } from "./losses/blend";
export { activations, contentAs } from "./losses/activations";
export { gram, gramAs, gramMatrix } from "./losses/gram";
export {
  contentFactor, conventions, convertContent, convertStyle, gramFactor, gramScale, type Convention, type LayerShape, type Preset,
} from "./losses/conventions";
export { channelMeans } from "./losses/channelMeans";
export { meanStd } from "./losses/meanStd";
export { covariance, covarianceMatrix } from "./losses/covariance";
export { gaussianWasserstein } from "./losses/gaussianWasserstein";
export { slicedWasserstein } from "./losses/slicedWasserstein";
export { histogram } from "./losses/histogram";
export { kernels, mmd, type KernelName } from "./losses/mmd";
export type { Mask } from "./losses/mask";
export { guidedGram } from "./losses/guidedGram";
export { maskedActivations } from "./losses/maskedActivations";
export { shiftedGram } from "./losses/shiftedGram";
export { patches } from "./losses/patches";
export { relaxedEmd } from "./losses/relaxedEmd";
export { pixels } from "./losses/pixels";
export { weightedPixels } from "./losses/weightedPixels";
export { gradientStatistics } from "./losses/gradientStatistics";
export { relative } from "./losses/relative";
export { totalVariation, totalVariationLoss, variations, type Variation } from "./losses/smoothness";

// Terms and the objective: what is wished for.
export { content, contentLayers, shares, smoothness, style, styleLayers, type Term } from "./terms";
export { objective, type Measurement, type Objective } from "./objective";

// Optimizers and the loop: how to get there.
export type { Evaluate, Evaluation, Optimizer, Stepped } from "./optimizers/optimizer";
export { gradientDescent } from "./optimizers/gradientDescent";
export { adam } from "./optimizers/adam";
export { lbfgs } from "./optimizers/lbfgs";
export { minimize, NotFiniteError, type MinimizeOptions, type Step } from "./minimize";
export { estimate, mustFit, type Estimate } from "./estimate/estimate";
export { savedRun, saveRun } from "./saveRun";
export type { Snapshot } from "./snapshot";
export { best, reconstruct, texture, transfer, type Result } from "./recipes";

// Controls: colours, masks, sizes, starts and weights in the reader's hand.
export { colourMap, colourMatchings, luminance, matchColour, withColour, type ColourMap, type ColourMatching } from "./controls/colour";
export { everywhere, propagate, propagations, type Propagation } from "./controls/propagate";
export { mix } from "./controls/mix";
export { over, type OverState, type Parameterisation } from "./controls/parameterisation";
export { fourier } from "./controls/fourier";
export { averaged, type AveragedStep } from "./controls/average";
export { coarseToFine, scales, type CoarseToFineOptions, type ScaledStep } from "./controls/coarseToFine";
export { perLayer, withRatio } from "./controls/weights";
export { balance, type Balance, type BalanceRow, type Loudness } from "./controls/balance";

// The sweep: many runs that differ in what one wants to know.
export { loadSweep, type Swept } from "./sweep/swept";
export { mergeSweeps } from "./sweep/merge";
export { sweep, type SweepOptions, type SweepProgress } from "./sweep/sweep";
export { sweepSheet } from "./sweep/sheet";
export { tableOf, type Row } from "./sweep/table";
export type { CellResult } from "./sweep/result";
export type { Grid, Plan, Wish } from "./sweep/plan";
export type { Settings } from "./sweep/settings";
export type { SweepFile } from "./sweep/folder";

// The notebook: seeing it.
export { show, type ShowOptions } from "./notebook/show";
export type { History } from "./notebook/history";
export { live, type Live } from "./notebook/live";
export { check, type Verdict } from "./notebook/check";
export type { Figure } from "./notebook/plot/figure";
export { lossCurves } from "./notebook/plot/lossCurves";
export { termBars, termShares } from "./notebook/plot/terms";
export { gramHeatMap } from "./notebook/plot/gramHeatMap";
export { featureMaps } from "./notebook/plot/featureMaps";
export { bars } from "./notebook/plot/bars";
export { lines, type Series } from "./notebook/plot/lines";
export { sparkline } from "./notebook/plot/sparkline";
export { liveSweep } from "./notebook/sweep/liveSweep";
export { sweepSlider } from "./notebook/sweep/sweepSlider";
export { sweepSteps } from "./notebook/sweep/sweepSteps";
export { sweepNumbers } from "./notebook/sweep/sweepNumbers";
export { writeSweepPage } from "./page/sweepPage";
