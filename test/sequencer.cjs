// The longest files first, because the last one decides when a run ends. jest knows only how long a file took in an earlier
// run; without one it goes by the size, which says nothing of a short file that waits for a program.
const Sequencer = require('@jest/test-sequencer').default;

/** Those that start and wait for many programs, the longest first. */
const LONG = [
  'test/e2e/cluster-data.test.ts',
  'test/e2e/readme.test.ts',
  'test/e2e/chaos.test.ts',
  'test/e2e/cluster-chaos.test.ts',
  'test/e2e/delivery.test.ts',
  'test/e2e/browser.test.ts',
  'test/e2e/usage.test.ts',
  'test/e2e/live.test.ts',
  'test/e2e/life.test.ts',
  'test/e2e/agents.contract.test.ts',
  'test/e2e/moved-terminals.test.ts',
  'test/e2e/chaos-messages.test.ts',
  'test/e2e/advice.test.ts',
  'test/e2e/cluster-card.test.ts',
  'test/e2e/cluster.test.ts',
  'test/e2e/moves.test.ts',
  'test/e2e/deny-rules.test.ts',
  'test/e2e/cluster-handover.test.ts',
  'test/e2e/screen.test.ts',
  'test/e2e/requests.test.ts',
  'test/e2e/nodes.test.ts',
  'test/e2e/cluster-faults.test.ts',
  'test/e2e/hostile-directory.test.ts',
  'test/e2e/installed.test.ts',
  'test/e2e/turns.test.ts',
  'test/e2e/cluster-chat.test.ts',
  'test/e2e/hooks-off.test.ts',
  'test/e2e/main-job.test.ts',
  'test/e2e/watch-limits.test.ts',
  'test/e2e/token.test.ts',
  'test/repo/prepare.test.ts',
  'test/repo/pack.test.ts',
  'test/repo/command-line.test.ts',

  'src/foreign-text.test.ts',
  'src/outbox/outbox.files.test.ts',
  'src/outbox/outbox.pace.test.ts',
  'src/terminal/tmux/servers.test.ts',
  'src/terminal/tmux/hostile.test.ts',
  'src/supervise.test.ts',
  'src/unanswering.test.ts',
  'src/commands.test.ts',
  'src/doctor/instance.test.ts',
  'src/terminal/tmux/panes.test.ts',
  'src/init/init.test.ts',
  'src/terminal/contract.test.ts',
];

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const at = LONG.findIndex((name) => path.endsWith(name));
      return at < 0 ? LONG.length : at;
    };
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
};
