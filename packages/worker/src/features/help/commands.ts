import { buttonData, withButtons } from '../../cards/button';
import { BUTTON, type HelpIntent } from '../../cards/buttons';
import { renderNotice } from '../../cards/render';
import type { Button } from '../../cards/view';
import type { QueuedView } from '../../outbox/model';
import { HELP_SECTIONS, type HelpFacts } from '../../words/topics/help';
import type { Words } from '../../words/words';
import type { Handlers } from '../../chat/command';
import { outboxKey } from '../../outbox/keys';

/** What the chat's own commands need. */
export interface HelpCommandDeps {
  /** Lines about the worker's health. */
  health(words: Words): string[];
  /** The agents that can be started, for the help. */
  agents: Parameters<Words['agents']['help']>[0];
  /** What else the help tells of this installation. */
  facts: Omit<HelpFacts, 'agents'>;
  put(wanted: QueuedView): void;
}

/** Says how ccbot is doing. */
export interface HealthIntent {
  readonly do: 'health';
}

export function helpCommands(deps: HelpCommandDeps): Handlers<HelpIntent | HealthIntent> {
  return {
    help({ chatId, inbound, words, ack }, { of = inbound.updateId.toString(36), section }) {
      ack();
      const { help } = words;
      const back: Button[][] = [[{ text: help.back, data: buttonData(BUTTON.help, { of }) }]];
      const sections = HELP_SECTIONS.map((one): Button[] => [
        { text: help.title(one), data: buttonData(BUTTON.help, { of, section: one }) },
      ]);
      const text =
        section === undefined
          ? help.intro
          : help.page(section, { ...deps.facts, agents: words.agents.help(deps.agents) });
      const view = withButtons(renderNotice(text), section === undefined ? sections : back);
      deps.put({ chatId, key: outboxKey('help', of), view, class: 'notice' });
    },
    health: ({ say, words }) => say(words.health.list(deps.health(words))),
  };
}
