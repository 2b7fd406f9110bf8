// Every file that can be downloaded: what it is, its address and its checksum. Plain data.

/** A file that can be downloaded and checked. */
export interface Fetchable {
  /** Its name on the command line and in the library. */
  readonly name: string;
  readonly kind: "weights" | "image";
  /** Its name on disk. */
  readonly fileName: string;
  /** The name of other files with the same weights, without their extension; default: `name`. */
  readonly stem?: string;
  readonly address: string;
  /** The publisher's checksum. */
  readonly checksum: { readonly algorithm: "md5" | "sha256"; readonly value: string };
  /** The project's own, where the publisher has only an md5: that of a file which was fetched and had that md5. */
  readonly sha256?: string;
  /** Length in bytes, for the progress bar where the server does not send it. */
  readonly bytes?: number;
  readonly license: string;
  readonly what: string;
}

const keras = "https://storage.googleapis.com/tensorflow/keras-applications";
const kerasSqueezenet = "https://raw.githubusercontent.com/DeepCognition/keras-squeezenet/"
  + "a73d4339aa4d37c51a0b3ba044bed55477abec73";
/** A fixed commit, so the addresses cannot come to mean other pictures. */
const neuralStyle = "https://raw.githubusercontent.com/jcjohnson/neural-style/"
  + "07c4b8299f8fbdafec0c514fc820ff1d7ff62e46/examples/inputs";
const publicDomain = "public domain (the painting is out of copyright)";

/** Networks and classic pictures, in the order they are listed. */
export const manifest: readonly Fetchable[] = [
  {
    name: "vgg19", kind: "weights", fileName: "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5",
    address: `${keras}/vgg19/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5`,
    checksum: { algorithm: "md5", value: "253f8cb515780f3b799900260a226db6" },
    license: "CC BY 4.0, K. Simonyan and A. Zisserman",
    what: "VGG-19, the 16 convolutions (Keras HDF5, about 80 MB)",
  },
  {
    name: "vgg16", kind: "weights", fileName: "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
    address: `${keras}/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5`,
    checksum: { algorithm: "md5", value: "6d6bbae143d832006294945121d1f1fc" },
    license: "CC BY 4.0, K. Simonyan and A. Zisserman",
    what: "VGG-16, the 13 convolutions (Keras HDF5, about 59 MB)",
  },
  {
    name: "squeezenet", kind: "weights", fileName: "squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5", stem: "squeezenet1_1",
    address: `${kerasSqueezenet}/squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5`,
    checksum: { algorithm: "sha256", value: "17154246284f555591549ac2c83e127abfbf4307dc4b0060fdaa2931d0fa38da" }, bytes: 3_002_560,
    license: "BSD, DeepScale",
    what: "SqueezeNet 1.1, the 25 convolutions (Keras HDF5, 3 MB)",
  },
  {
    name: "resnet50", kind: "weights", fileName: "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5",
    address: `${keras}/resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5`,
    checksum: { algorithm: "md5", value: "4d473c1dd8becc155b73f8504c6f6626" },
    license: "MIT, Kaiming He et al.; converted by the Keras project",
    what: "ResNet-50, the 53 convolutions with their batch normalizations (Keras HDF5, about 95 MB)",
  },
  {
    name: "tubingen", kind: "image", fileName: "tubingen.jpg",
    address: `${neuralStyle}/tubingen.jpg`,
    checksum: { algorithm: "sha256", value: "e67d1869f01fd805385c681a80d9ebcf0f70ea4a5fe6127f0606bb1c7f4bf506" },
    license: "photograph by Andreas Praefcke, Wikimedia Commons; under the terms of its page there",
    what: "the Neckar front in Tübingen, the papers' content image",
  },
  {
    name: "starry_night", kind: "image", fileName: "starry_night.jpg",
    address: `${neuralStyle}/starry_night_google.jpg`,
    checksum: { algorithm: "sha256", value: "c31741a09141c2e2d07fc7aa6bdf135c369b804f9433e43fa3ceac19386d1ee6" },
    license: publicDomain, what: "The Starry Night, Vincent van Gogh, 1889",
  },
  {
    name: "the_scream", kind: "image", fileName: "the_scream.jpg",
    address: `${neuralStyle}/the_scream.jpg`,
    checksum: { algorithm: "sha256", value: "f3075cddeb974a9ee1d6418f7f33fd05185a7ac7dcb4288bd2805d499a9dcaee" },
    license: publicDomain, what: "The Scream, Edvard Munch, 1893",
  },
  {
    name: "shipwreck", kind: "image", fileName: "shipwreck.jpg",
    address: `${neuralStyle}/shipwreck.jpg`,
    checksum: { algorithm: "sha256", value: "4f7cf34e3cd4a5daaf3f421f059ca9a01aaa2a3afd7243d6670c9c8bc001a213" },
    license: publicDomain, what: "The Shipwreck, J. M. W. Turner, 1805",
  },
];

/** A file that is part of the project, and has no address. */
export type Shipped = Omit<Fetchable, "address">;

export const shipped: readonly Shipped[] = [
  {
    name: "vgg19-half", kind: "weights", fileName: "vgg19-half.safetensors",
    checksum: { algorithm: "sha256", value: "7eb5724e4dd493c94d5b51e125266857ad94c3866928c048b723d07785a4b70e" },
    license: "CC BY 4.0, distilled from VGG-19 by K. Simonyan and A. Zisserman",
    what: "VGG-19 to conv5_1 with half of its channels, made by `npm run train:mini -- --network vgg19-half`; it comes with the project",
  },
  {
    name: "vgg19-mini", kind: "weights", fileName: "vgg19-mini.safetensors",
    checksum: { algorithm: "sha256", value: "7094e82722cdd4df890e04d6a8a0310ef2f1c8c15ad855b938a3bc3390338859" },
    license: "CC BY 4.0, distilled from VGG-19 by K. Simonyan and A. Zisserman",
    what: "VGG-19 to conv5_1 with a quarter of its channels, made by `npm run train:mini`; it comes with the project",
  },
  {
    name: "adain-decoder", kind: "weights", fileName: "adain-decoder.safetensors",
    checksum: { algorithm: "sha256", value: "93be0d4d68aa6c7fe6e06fe7417a8f903fe9a1fbc95757d0e0f3ab118f74673f" },
    license: "CC BY 4.0; trained on features distilled from VGG-19 by K. Simonyan and A. Zisserman",
    what: "the decoder of AdaIN for vgg19-mini's relu3_1, made by `npm run train:adain`; it comes with the project",
  },
  {
    name: "johnson-styles", kind: "weights", fileName: "johnson-styles.safetensors",
    checksum: { algorithm: "sha256", value: "8577a6c054ffb73c48e1ef777d4b00e868688a3348e81f65758c04b6aa92f1bc" },
    license: "CC BY 4.0; trained with losses over features distilled from VGG-19 by K. Simonyan and A. Zisserman",
    what: "a feed-forward network for four of the sample paintings, made by `npm run train:johnson`; it comes with the project",
  },
];
