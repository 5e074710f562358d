import { button, withButtons } from '../../cards/button';
import { BUTTON, type AllowAllIntent } from '../../cards/buttons';
import { renderNotice } from '../../cards/render';
import type { Button } from '../../cards/view';
import type { Board } from '../../board/model';
import { commands, type CommandTable, type Conversation } from '../../chat/command';
import type { People } from '../../chat/people';
import { sessionSlash } from '../../chat/route';
import { outboxKey } from '../../outbox/keys';
import type { Outbox } from '../../outbox/port';
import { isLive, type Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import type { Rules } from './rules';
import type { RequestService } from './service';
import { requestWords, type RequestWords } from './words/words';

export interface AllowCommandDeps {
  registry: Pick<Registry, 'get'>;
  rules: Rules;
  service: Pick<RequestService, 'allowByRule'>;
  people: Pick<People, 'preferences' | 'wordsOf' | 'nameOf'>;
  board: Pick<Board, 'watchers'>;
  outbox: Pick<Outbox, 'put'>;
}

type How = NonNullable<AllowAllIntent['how']>;

/** `/allow`: allows a session everything it asks for, for a while. */
export function allowCommand(deps: AllowCommandDeps): CommandTable {
  return commands<AllowAllIntent>({
    'allow-all': {
      slash: sessionSlash(['allow'], (session) => ({ do: 'allow-all', session })),
      menu: (words) => words.of(requestWords).menuAllow,
      button: BUTTON.allowAll,
      run: (conversation, intent) => allowAll(deps, conversation, intent),
    },
  });
}

function allowAll(
  deps: AllowCommandDeps,
  conversation: Conversation,
  { session: id, how }: AllowAllIntent,
): void {
  const { registry, people } = deps;
  const session = registry.get(id);
  if (session === undefined || !isLive(session)) {
    conversation.ack(conversation.words.of(requestWords).expired);
    return;
  }
  const minutes = Number(people.preferences.get(conversation.chatId, 'allow-minutes'));
  if (how === undefined) return offerRules(deps, conversation, session, minutes);
  if (how === 'off') return turnOff(deps, conversation, session);
  turnOn(deps, conversation, session, how === 'turn' ? 'done' : { minutes });
}

function offerRules(
  { rules }: AllowCommandDeps,
  { say, ack, words }: Conversation,
  { id, name }: Session,
  minutes: number,
): void {
  const text = words.of(requestWords);
  const rows = [ruleRow(id, text.ruleMinutes(minutes), 'minutes'), ruleRow(id, text.ruleTurn, 'turn')];
  if (rules.isOn(id)) rows.push(ruleRow(id, text.ruleOff, 'off'));
  ack();
  say(text.ruleChoose(name), rows);
}

function turnOn(
  deps: AllowCommandDeps,
  conversation: Conversation,
  session: Session,
  until: { minutes: number } | 'done',
): void {
  const { rules, service, people } = deps;
  const { chatId, words } = conversation;
  const { id, name } = session;
  const text = words.of(requestWords);
  const period = ({ untilDone, ruleFor }: RequestWords): string =>
    until === 'done' ? untilDone : ruleFor(until.minutes);
  rules.turnOn(id, until, chatId);
  tellOthers(deps, conversation, session, (theirs) => ({
    text: theirs.ruleOnBy(people.nameOf(chatId), name, period(theirs)),
    rows: [ruleRow(id, theirs.ruleOff, 'off')],
  }));
  conversation.ack(text.ruleOn(name, period(text)));
  conversation.say(text.ruleOn(name, period(text)), [ruleRow(id, text.ruleOff, 'off')]);
  service.allowByRule(id, chatId);
}

function turnOff(deps: AllowCommandDeps, conversation: Conversation, session: Session): void {
  const { rules, people } = deps;
  const { chatId, words } = conversation;
  const { id, name } = session;
  const text = words.of(requestWords);
  rules.turnOff(id, chatId);
  tellOthers(deps, conversation, session, (theirs) => ({
    text: theirs.ruleOffBy(people.nameOf(chatId), name),
    rows: [],
  }));
  conversation.ack(text.ruleIsOff(name));
  conversation.say(text.ruleIsOff(name));
}

/** Tells the session's other watchers: whoever counts on being asked must know when that changes. */
function tellOthers(
  { people, board, outbox }: AllowCommandDeps,
  { inbound, chatId }: Conversation,
  session: Session,
  notice: (words: RequestWords) => { text: string; rows: Button[][] },
): void {
  const key = outboxKey('rule', inbound.updateId);
  for (const other of board.watchers(session)) {
    if (other === chatId) continue;
    const { text, rows } = notice(people.wordsOf(other).of(requestWords));
    const view = withButtons(renderNotice(text), rows);
    outbox.put({ chatId: other, thread: 'session', key, session: session.id, view, class: 'notice' });
  }
}

function ruleRow(session: string, text: string, how: How): Button[] {
  return [button(BUTTON.allowAll, text, { session, how })];
}
