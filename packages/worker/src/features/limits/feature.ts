import type { CreateFeature } from '../../app/model';
import { afterCommit, inTransaction } from '../../sessions/handlers/model';
import { createAlarm } from './alarm';
import { announceLimited, announceNews } from './announce';
import { limitCommands } from './commands';
import { createDismissal } from './dismissal';
import { reportUsage, usageElsewhere } from './elsewhere';
import { createResumption } from './resumption';
import { statusLineHandler } from './status-line';
import { createLimitStore } from './store';
import { createUsage } from './usage';

/** `/usage`: what the agents use, their limits, and how a session continues after a limit. */
export const limits: CreateFeature = (kernel) => {
  const { world, sessions, agents, board, outbox, people, settings, prompts, windows } = kernel;
  const { store, log } = world;
  const { screenReader } = kernel.watch;
  const now = (): number => world.now();
  const announcements = { sessions, agents, board, outbox, people, now };
  const usage = createUsage({
    limits: createLimitStore(settings),
    store,
    announce: (agent, limit, news) => announceNews(announcements, agent, limit, news),
  });
  const resumption = createResumption({ registry: sessions, prompts, now });
  const dismissal = createDismissal({ registry: sessions, windows, agents, screenReader, now, log });
  const alarm = createAlarm({
    nextDue() {
      const due = [usage.nextDue(), resumption.nextDue()].filter((at) => at !== undefined);
      return due.length === 0 ? undefined : Math.min(...due);
    },
    runDue(at) {
      usage.runDue(at);
      resumption.runDue(at);
    },
    now,
    log,
  });
  const { cluster } = world;
  cluster?.reports.share('usage', () => reportUsage(sessions.live(), usage.all()));
  return {
    name: 'limits',
    commands: limitCommands({
      registry: sessions,
      agents,
      usage,
      resumption,
      others: () => usageElsewhere(cluster),
      now,
    }),
    effects: {
      'tell-limited': inTransaction((session, { limited, state }) =>
        announceLimited(announcements, session, limited, state),
      ),
      account: afterCommit((session, { figures, at }) => {
        usage.report(session, figures, at);
        alarm.reschedule();
      }),
      alarm: afterCommit(() => alarm.reschedule()),
      dismiss: afterCommit((session) => dismissal.dismiss(session)),
      resume: afterCommit((session) => resumption.deliver(session)),
    },
    socket: { statusline: statusLineHandler({ sessions, agents, now }) },
    start() {
      alarm.reschedule();
      dismissal.start();
    },
    stop() {
      dismissal.stop();
      alarm.stop();
    },
  };
};
