// The longest files first, because the last one decides when a run ends. jest knows only how long a file took in an earlier
// run; without one it goes by the size, which says nothing of a short file that waits for a program.
const Sequencer = require('@jest/test-sequencer').default;
const LONG = require('./long-tests.cjs');

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const at = LONG.findIndex((name) => path.endsWith(name));
      return at < 0 ? LONG.length : at;
    };
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
};
