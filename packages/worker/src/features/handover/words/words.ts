import { code } from '../../../words/markdown';
import { topic } from '../../../words/topic';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

export const handoverWords = topic('handover', { en, ru, zh }, (say) => ({
  usage: (agents: readonly string[]) =>
    say('usage', { known: agents.map((id) => code(`/handover @${id}`)).join(', ') }),
  nothing: (name: string) => say('nothing', { name: code(name) }),
  handedOver: (from: string, agent: string, name: string) =>
    say('handedOver', { from: code(from), agent, name: code(name) }),
}));
