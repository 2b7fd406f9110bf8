// The first thing that the install script of onnxruntime-node calls. npm 11 does not run that script ("allowScripts" in package.json), but
// npm 10 does. A setting in .npmrc would do, too, and npm 11 warns of it at every command.
exports.bootstrap = () => process.exit(0);
