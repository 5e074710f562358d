// Tests run in Node.js itself, not in a context of its own for each file: its making, and all modules once more in it, took
// longer than the tests. What a file leaves changed in the process is put back after it, so that no test depends on the
// files before it.
const asyncHooks = require('node:async_hooks');
const { ModuleMocker } = require('jest-mock');
const OwnFakeTimers = require('./own-fake-timers.cjs');
// Defines a global of its own, once.
require('@jest/expect');

// Node.js 20 calls each AsyncLocalStorage that is in use at every promise. jest makes one for each test file and leaves it in
// use: after a hundred files a worker would spend most of its time there.
const storages = new Set();
asyncHooks.AsyncLocalStorage = class extends asyncHooks.AsyncLocalStorage {
  constructor(...options) {
    super(...options);
    storages.add(this);
  }
};

module.exports = class SharedEnvironment {
  global = globalThis;
  fakeTimers = null;

  constructor({ projectConfig }) {
    this.restore = [restoreProperties(globalThis), restoreProperties(process), restoreProcess()];
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimersModern = new OwnFakeTimers({ config: projectConfig, global: globalThis });
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose();
    for (const restore of this.restore) restore();
    for (const storage of storages) storage.disable();
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return null;
  }
};

/** Remembers the properties of an object. Returns what puts them back. */
function restoreProperties(object) {
  const before = Object.getOwnPropertyDescriptors(object);
  return () => {
    for (const name of Reflect.ownKeys(object))
      if (!Object.hasOwn(before, name)) Reflect.deleteProperty(object, name);
    for (const name of Reflect.ownKeys(before)) {
      const now = Object.getOwnPropertyDescriptor(object, name);
      const { value, get } = before[name];
      // To set `process.title` would change how other programs see this one, also to what it is.
      if (now === undefined || !Object.is(now.value, value) || now.get !== get)
        Reflect.defineProperty(object, name, before[name]);
    }
  };
}

/** Remembers what belongs to the process. Returns what puts it back. */
function restoreProcess() {
  const env = { ...process.env };
  const cwd = process.cwd();
  const umask = process.umask();
  const listeners = new Map(process.eventNames().map((event) => [event, process.rawListeners(event)]));
  return () => {
    for (const name of Object.keys(process.env)) if (!Object.hasOwn(env, name)) delete process.env[name];
    for (const [name, value] of Object.entries(env))
      if (process.env[name] !== value) process.env[name] = value;
    if (process.cwd() !== cwd) process.chdir(cwd);
    process.umask(umask);
    for (const event of process.eventNames())
      for (const listener of process.rawListeners(event))
        if (!listeners.get(event)?.includes(listener)) process.removeListener(event, listener);
  };
}
