// styloscope's table of contents: every public name, in reading order.

// Arrays, automatic differentiation, and which machine does the arithmetic.
export * as tf from "@tensorflow/tfjs";
export { engine, engines, type Engine, type EngineName } from "./platform/engine/engine";

// Images: RGB in 0…1, [height, width, 3].
export { crop, noise, resize, sizeFor, type Image, type ResizeOptions, type WeightedImage, type Size } from "./image";
export { resizeFilters, type ResizeFilter, type Resampling } from "./math/resample";
export { encodeImage, saveImage } from "./platform/files/saveImage";
export { settingsOf } from "./platform/files/settingsOf";
export { loadImage } from "./platform/files/loadImage";
export { sample, samples } from "./platform/files/sample";
export { contactSheet } from "./platform/drawing/contactSheet";
export { saveAnimation, type AnimationOptions, type Frame } from "./platform/drawing/saveAnimation";

// Networks.
export type { Features, Network } from "./networks/network";
export { loadNetwork, networkNames } from "./networks/loadNetwork";
export { randomVgg, vgg16, vgg19, vgg19Half, vgg19Mini, vggFrom, type Vgg } from "./networks/vgg";
export { randomSqueezenet, squeezenet } from "./networks/squeezenet";
export { randomResnet50, resnet50 } from "./networks/resnet50";
export { randomNetwork, type RandomOptions } from "./networks/randomNetwork";
export { trainedNetwork } from "./networks/trainedNetwork";
export { graphNetwork, type GraphNetwork } from "./networks/graphNetwork";
export type { Filter, LayerParameters } from "./networks/applyLayer";
export type { Affine, StyleWeights } from "./networks/normalizeInstances";
export type { Preprocessing } from "./networks/preprocess";
export { normalized } from "./networks/normalized";
export { findWeights, listWeights } from "./platform/files/findWeights";

// Networks as data: how to add one.
export type { Architecture, Layer } from "./networks/architectures/architecture";
export {
  convolution, instanceNorm, pool, poolings, relu, tanh, upsample, type Operation, type PaddingMode, type Pooling,
} from "./networks/architectures/operation";
export { kerasTensor, torchTensor, type TensorPart, type WeightsNaming } from "./networks/architectures/weightsNaming";
export { architectures } from "./networks/registry";

// What can be chosen by name: in sweeps, and in loadNetwork.
export type { Option, Registry, Spec } from "./spec";

// Losses.
export type { FeaturesByLayer, LayerLoss, Loss, Regularizer } from "./losses/loss";
export { atLayer } from "./losses/atLayer";
export { acrossLayers, fromStatistic, squaredError } from "./losses/fromStatistic";
export { blendTargets } from "./losses/blendTargets";
export * from "./losses/registry"; // one line for each loss and its spec
export {
  contentFactor, conventions, convertContent, convertStyle, gramFactor, gramScale, type Convention, type LayerShape, type ConventionFactors,
} from "./losses/conventions";
export { cs231n, type Cs231n } from "./losses/cs231n";
export type { Mask } from "./masks/mask";
export { hypercolumns } from "./losses/hypercolumns";
export { relative } from "./losses/relative";
export { totalVariation, totalVariationLoss, variations, type Variation } from "./losses/smoothness";

// Terms and the objective.
export { content, contentLayers, layerWeights, smoothness, style, styleLayers, type Term } from "./terms";
export { objective, type Measurement, type Objective } from "./objective";

// Optimizers and the loop.
export type { Evaluate, Evaluation, Optimizer, StepResult } from "./optimizers/optimizer";
export { gradientDescent } from "./optimizers/gradientDescent";
export { adam } from "./optimizers/adam";
export { lbfgs } from "./optimizers/lbfgs";
export { minimize, type MinimizeOptions, type Step } from "./minimize/minimize";
export { NotFiniteError } from "./minimize/notFiniteError";
export { estimate, mustFit, type Estimate } from "./estimate/estimate";
export { savedRun, saveRun } from "./minimize/saveRun";
export type { Snapshot } from "./minimize/snapshot";
export { best, type Result } from "./minimize/best";
export { transfer, transferColors, type TransferOptions } from "./recipes/transfer";
export { transferRecipes, transferTerms, type TransferParts, type TransferRecipe } from "./recipes/transferTerms";
export { reconstruct, texture } from "./recipes/fromNoise";
export type { ImageSettings, RecipeResult, RunSettings } from "./recipes/runSettings";

// Colors, masks, sizes, starts and weights.
export { colorMap, colorMatchings, luminance, matchColor, withColor, type ColorMap, type ColorMatching } from "./color/matchColor";
export { fullMask, propagate, propagations, type Propagation } from "./masks/propagate";
export type { Stroke } from "./masks/strokeMask";
export { blendImages } from "./blendImages";
export { reparameterize, type ReparameterizedState, type Parameterization } from "./optimizers/reparameterize";
export { fourier, type FourierOptions } from "./optimizers/fourier";
export { movingAverage, type AveragedStep } from "./minimize/movingAverage";
export { sideBySide, type SideBySideStep } from "./minimize/sideBySide";
export { coarseToFine, scales, type CoarseToFineOptions, type ScaledStep } from "./minimize/coarseToFine";
export { perLayer, withRatio } from "./weighting/termWeights";
export { balance, type Balance, type BalanceRow, type BalanceBy } from "./weighting/balance";

// How good a picture is, in numbers.
export { colorFringe } from "./quality/colorFringe";
export { fineEnergy } from "./quality/fineEnergy";
export { patchDistance } from "./quality/patchDistance";
export { pictureQuality, type PictureQuality } from "./quality/pictureQuality";
export { pixelCorrelation } from "./quality/pixelCorrelation";
export { psnr } from "./quality/psnr";
export { rimFringe } from "./quality/rimFringe";
export { ssim } from "./quality/ssim";
export { strokeCoherence } from "./quality/strokeCoherence";
export { structureSize } from "./quality/structureSize";

// Moving pictures: frames that remember the ones before them.
export { videoFrames } from "./platform/files/videoFile";
export { warp, type Flow } from "./video/warp";
export { opticalFlow, type OpticalFlowOptions } from "./video/opticalFlow";
export { disocclusions, flowCertainty, motionBoundaries } from "./video/flowCertainty";
export { longTermCertainties, temporal, temporalLoss } from "./video/temporal";
export { paintFrames, type FrameInput, type PaintedFrame, type PaintFrame, type PaintFramesOptions, type Painting, type Warped } from "./video/paintFrames";
export { transferFrames, type TransferFramesOptions } from "./video/transferFrames";
export { onePassFrames } from "./video/onePassFrames";
export { warpingError } from "./video/warpingError";
export { sampleClip, type SampleClip, type SampleClipOptions } from "./video/sampleClip";

// Training a network: parameters in one array, batches, checkpoints.
export {
  layerParameters, networkShapes, packParameters, parameterCount, parameterSlots, parameterTensors, type ParameterSlot,
} from "./training/parameterSlots";
export { initialParameters } from "./training/initialParameters";
export { trainingStep, type BatchLoss, type TrainingState } from "./training/trainingStep";
export { train, type BatchRequest, type TrainingProgress, type TrainOptions } from "./training/train";
export { constantRate, stepDecay, warmupCosine, type LearningRate } from "./training/learningRate";
export { loadCheckpoint, saveCheckpoint, type Checkpoint } from "./training/checkpoint";

// A critic: what an image and a painting differ in is learned while the image changes.
export { criticForms, type CriticForm, type CriticFormName } from "./critic/criticForms";
export type { CriticNumbers } from "./critic/criticStep";
export { onlineCritic, type CriticOptions, type OnlineCritic } from "./critic/onlineCritic";
export { criticLayers, type CriticLayer } from "./critic/patchCritic";
export { refine, type RefineOptions, type RefineStep } from "./critic/refine";
export { powerIteration, type SingularDirections } from "./math/powerIteration";
// One pass: networks that paint at once, and how they are trained.
export { adain, channelMoments, type ChannelMoments } from "./onepass/adain";
export { covariancePower, meanAndCovariance, wct } from "./onepass/wct";
export { adainLoss } from "./onepass/adainLoss";
export { adainNetwork, type AdainNetwork } from "./onepass/adainNetwork";
export { stylizeInOnePass, type OnePassOptions, type PaintingPart } from "./onepass/stylizeInOnePass";
export { styleNetwork, type StyleChoice, type StyleNetwork } from "./onepass/styleNetwork";
export { styleTraining, styleTrainingTerms, type StyleBatch, type StyleTraining } from "./onepass/styleTraining";
export { adainInTiles, stylizeInTiles } from "./onepass/stylizeInTiles";
export { inTiles, type TileOptions } from "./onepass/inTiles";
export { exportOnnx } from "./onepass/exportOnnx";
export { decoder } from "./networks/architectures/decoder";
export { johnson, type JohnsonShape } from "./networks/architectures/johnson";

// The sweep: many runs that differ in what one wants to know.
export { loadSweep, type SweepResult } from "./sweeps/sweepResult";
export { mergeSweeps } from "./sweeps/mergeSweeps";
export { sweep, type SweepOptions, type SweepProgress } from "./sweeps/sweep";
export { sweepSheet } from "./sweeps/sweepSheet";
export { tableOf, type Row } from "./sweeps/sweepTable";
export type { CellResult } from "./sweeps/cellResult";
export type { Grid, Plan, SettingsInput } from "./sweeps/plan";
export type { Settings } from "./sweeps/settings";
export type { SweepFile } from "./sweeps/sweepFolder";

// Figures of papers, each with the claim that it supports.
export { figures } from "./figures/registry";
export { reproduce, type ClaimVerdict, type FigureChoice, type Reproduction } from "./figures/reproduce";
export { figureSlider } from "./figures/figureSlider";
export type { Claim, FigureRun, FigureSettings, PaperFigure, Panel } from "./figures/figure";

// The notebook: seeing it. Its stop button ends every loop of a cell, and it completes names.
import "./notebook/stopSignal";
import "./notebook/progressLine"; // a long search that nobody watches says how far it is
import "./notebook/offerNames";
export { show, type ShowOptions } from "./notebook/show";
export type { History } from "./minimize/history";
export { live, type Live } from "./notebook/live";
export type { Control } from "./notebook/controls/control";
export { slider, type SliderOptions } from "./notebook/controls/slider";
export { choice } from "./notebook/controls/choice";
export { toggle } from "./notebook/controls/toggle";
export { button } from "./notebook/controls/button";
export { text } from "./notebook/controls/text";
export { paint, type Painted, type PaintOptions } from "./notebook/controls/paint";
export { layerBrowser, type LayerBrowser, type LayerBrowserOptions } from "./notebook/controls/layerBrowser";
export { knobs, type Knobs, type KnobsOptions } from "./notebook/controls/knobs";
export { explore, type Explored, type ExploreOptions } from "./notebook/controls/explore";
export type { Turn } from "./notebook/controls/turns";
export { check, type Verdict } from "./notebook/check";
export type { Plot } from "./platform/drawing/plot";
export { lossCurves } from "./plots/lossCurves";
export { scrub, type RunPicture } from "./plots/scrub";
export { termBars, termShares } from "./plots/termPlots";
export { gramHeatMap } from "./plots/gramHeatMap";
export { gramDifference } from "./plots/gramDifference";
export { featureMaps } from "./plots/featureMaps";
export { bars } from "./plots/bars";
export { lines, type Series } from "./plots/lines";
export { sparkline } from "./plots/sparkline";
export { liveSweep } from "./notebook/liveSweep";
export { sweepSlider } from "./plots/sweeps/sweepSlider";
export { sweepSteps } from "./plots/sweeps/sweepSteps";
export { sweepNumbers } from "./plots/sweeps/sweepNumbers";
export { writeSweepPage } from "./notebook/sweepPage";
