// Node.js 20 calls each AsyncLocalStorage that is in use at every promise. jest makes one for each test file and leaves it in
// use: after a hundred files a worker would spend most of its time there.
const asyncHooks = require('node:async_hooks');
const { TestEnvironment } = require('jest-environment-node');

const made = new Set();

asyncHooks.AsyncLocalStorage = class extends asyncHooks.AsyncLocalStorage {
  constructor(...options) {
    super(...options);
    made.add(this);
  }
};

module.exports = class NodeEnvironment extends TestEnvironment {
  async teardown() {
    for (const storage of made) storage.disable();
    made.clear();
    await super.teardown();
  }
};
