import type { CreateFeature } from '../../app/model';
import { BUTTON, type HandoverIntent } from '../../cards/buttons';
import { commands } from '../../chat/command';
import { refuse, type ChatView, type Intent } from '../../chat/intents';
import { forSession } from '../../chat/route';
import { handoverCommands } from './commands';

/** `/handover @agent [session]`: another agent continues a session's work in a session of its own. */
export const handover: CreateFeature = ({ world, sessions, agents, lifecycle, prompts, chooser }) => {
  const handlers = handoverCommands({
    registry: sessions,
    prompts: prompts.queue,
    delivery: prompts.delivery,
    agentOf: (session) => agents.of(session),
    titleOf: (agent) => agents.titleOf(agent),
    open: (request) => lifecycle.open(request),
    active: { set: (chatId, session) => chooser.open(chatId, session) },
    now: () => world.now(),
  });
  return {
    name: 'handover',
    commands: commands<HandoverIntent>({
      handover: {
        slash: { names: ['handover'], read: readHandover },
        button: BUTTON.handover,
        session: 'live-or-archived',
        usage: (words, _problem, agentIds) => words.agents.handoverUsage(agentIds),
        run: handlers.handover,
      },
    }),
  };
};

/** Only an agent that takes prompts can continue another agent's work. */
function readHandover(rest: string, view: ChatView): Intent {
  const able = view.agents.filter(({ line }) => !line).map(({ id }) => id);
  const [, named = '', name = ''] = /^@(\S+)(?:\s+(\S+))?$/.exec(rest) ?? [];
  const agent = able.find((id) => id === named.toLowerCase());
  if (agent === undefined)
    return refuse({ code: 'usage', of: 'handover', problem: 'no-agent', values: able });
  return forSession(name, view, (session): HandoverIntent => ({ do: 'handover', session, agent }));
}
