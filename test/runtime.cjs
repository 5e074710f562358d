// Loads modules as Node.js does, once for all test files of a worker; jest's own way loads hundreds of them for each file.
// TypeScript is compiled by jest's transform, with its cache. Test files cannot replace modules with `jest.mock`.
const Module = require('node:module');
const Runtime = require('jest-runtime').default;

const TRANSFORM_OPTIONS = {
  isInternalModule: false,
  supportsDynamicImport: false,
  supportsExportNamespaceFrom: false,
  supportsStaticESM: false,
  supportsTopLevelAwait: false,
};

/** Compiled file → its source map, for the stack traces. */
const sourceMaps = new Map();
/** That of the test file that runs. */
let transformer;

const loadJavaScript = Module._extensions['.js'];
for (const extension of ['.ts', '.js', '.mjs'])
  Module._extensions[extension] = (module, filename) => {
    if (!transformer?.shouldTransform(filename)) return loadJavaScript(module, filename);
    const { code, sourceMapPath } = transformer.transform(filename, TRANSFORM_OPTIONS);
    if (sourceMapPath !== null) sourceMaps.set(filename, sourceMapPath);
    module._compile(code, filename);
  };

module.exports = class SharedRuntime extends Runtime {
  constructor(config, environment, resolver, scriptTransformer, cacheFS, coverage, testPath, globalConfig) {
    super(config, environment, resolver, scriptTransformer, cacheFS, coverage, testPath, globalConfig);
    transformer = scriptTransformer;
    this.testPath = testPath;
  }

  requireModule(from, name) {
    if (name !== undefined) return Module.createRequire(from)(name);
    if (from === this.testPath) globalThis.jest = this.requireModuleOrMock(from, '@jest/globals').jest;
    return loadAnew(from);
  }

  /** jest's parts have the state of one test file. */
  requireInternalModule(from, name) {
    return name === undefined ? loadAnew(from) : Module.createRequire(from)(name);
  }

  requireActual(from, name) {
    return this.requireModule(from, name);
  }

  isolateModules(run) {
    const shared = { ...Module._cache };
    for (const path of Object.keys(shared)) if (!path.includes('/node_modules/')) delete Module._cache[path];
    try {
      run();
    } finally {
      Object.assign(Module._cache, shared);
    }
  }

  setMock() {
    throw new Error('jest.mock() does nothing here: all test files of a worker share their modules');
  }

  setModuleMock() {
    this.setMock();
  }

  getSourceMaps() {
    return sourceMaps;
  }
};

function loadAnew(path) {
  delete Module._cache[path];
  try {
    return require(path);
  } finally {
    delete Module._cache[path];
  }
}
