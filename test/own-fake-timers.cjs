// Fake time is that of the file that runs. A file that has ended may still be at work in the same process – a connection
// closes, a program ends – and its timers must neither stand still nor be counted as those of a test.
const { AsyncLocalStorage } = require('node:async_hooks');
const { ModernFakeTimers } = require('@jest/fake-timers');

const SCHEDULERS = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'];

/** Those of the file in whose course something happens. */
const current = new AsyncLocalStorage();

module.exports = class OwnFakeTimers extends ModernFakeTimers {
  constructor(options) {
    super(options);
    this.real = Object.fromEntries(SCHEDULERS.map((name) => [name, globalThis[name]]));
    current.enterWith(this);
  }

  useFakeTimers(config) {
    super.useFakeTimers(config);
    for (const name of SCHEDULERS) {
      const real = this.real[name];
      const fake = globalThis[name];
      if (fake === real) continue;
      const schedule = (...parameters) => (this.isOthers() ? real : fake)(...parameters);
      globalThis[name] = Object.defineProperties(schedule, Object.getOwnPropertyDescriptors(fake));
    }
  }

  /** Whether what happens is the work of a file that has ended. */
  isOthers() {
    const owner = current.getStore();
    return owner !== undefined && owner !== this;
  }
};
