import type { Chance } from '../chance';
import { delay, until } from '../clock';
import { answerQuestions, createQuestions, type Questions } from '../messages/questions';
import { createArrows, type Arrows } from './arrows';
import { createCommands, type Commands } from './commands';
import type { ClusterSession } from './machine';
import { createRequests, type Requests } from './requests';
import type { Stage } from './stage';

/** Pause between two actions of the owner, ms. */
const PAUSE_MS = [150, 700] as const;

/** Interval at which questions of ccbot, and requests of agents, are answered, ms. */
const QUESTIONS_MS = 300;

/** A message of the owner. */
interface Sent {
  n: number;
  /** ms since the epoch. */
  at: number;
  /** The session whose message it replies to. */
  to?: ClusterSession;
}

/** The owner, who writes, taps and gives commands all the time. */
export interface Traffic {
  readonly sent: readonly Sent[];
  readonly questions: Questions;
  readonly commands: Commands;
  readonly requests: Requests;
  readonly arrows: Arrows;
  /** Sends the next message at once. Returns its number. */
  say(to?: ClusterSession): number;
  /** Writes, taps and gives commands until `pause`; `pause`: factor for the time between two actions. */
  begin(chance: Chance, pause: number): void;
  pause(): void;
  stop(): void;
}

export function createTraffic(stage: Stage): Traffic {
  const { owner } = stage.telegram;
  const sent: Sent[] = [];
  const commands = createCommands(stage);
  const requests = createRequests(stage);
  const arrows = createArrows(stage);
  const questions = createQuestions();
  const answering = setInterval(() => {
    answerQuestions(owner, (n) => arrivedAt(stage).has(n), questions);
    requests.tapAll();
  }, QUESTIONS_MS);
  let isWriting = false;
  const traffic: Traffic = {
    sent,
    questions,
    commands,
    requests,
    arrows,
    say(to) {
      const n = sent.length + 1;
      const replyTo = to === undefined ? undefined : newestAnswer(stage, to);
      sent.push({ n, at: Date.now(), ...(to === undefined || replyTo === undefined ? {} : { to }) });
      owner.say(`message ${n} of the chaos`, replyTo === undefined ? {} : { replyTo });
      return n;
    },
    begin(chance, pause) {
      isWriting = true;
      void (async () => {
        while (isWriting) {
          act(chance);
          await delay(pause * chance.between(...PAUSE_MS));
        }
      })();
    },
    pause: () => void (isWriting = false),
    stop() {
      isWriting = false;
      clearInterval(answering);
    },
  };

  function act(chance: Chance): void {
    const session = chance.pick(stage.sessions);
    const dice = chance.next();
    if (dice < 0.42) traffic.say();
    else if (dice < 0.57) traffic.say(session);
    else if (dice < 0.64) owner.say(`/switch ${session.name}`);
    else if (dice < 0.7) tapSession(session);
    else if (dice < 0.85)
      commands.give(chance, chance.next() < 0.5 ? newestAnswer(stage, session) : undefined);
    else if (dice < 0.91) requests.ask(session, chance.pick(['allow', 'deny']));
    else arrows.tap(session, chance);
  }

  /** Taps the newest button with the name of a session, as on the buttons under the newest message. */
  function tapSession({ name }: ClusterSession): void {
    const message = owner.fromBot().findLast(({ keyboard }) => keyboard.flat().some(isOf(name)));
    const button = message?.keyboard.flat().find(isOf(name));
    if (message === undefined || button === undefined) return;
    owner.tap(button.text, message.id);
  }
  return traffic;
}

const isOf =
  (name: string) =>
  ({ text }: { text: string }): boolean =>
    new RegExp(`\\b${name}\\b`).test(text);

/** The numbers of the messages that an agent has received. */
export function arrivedAt({ sessions }: Stage): Set<number> {
  return new Set(sessions.flatMap((session) => session.received().map(({ n }) => n)));
}

/** The newest message with an answer of this session. */
function newestAnswer({ telegram }: Stage, session: ClusterSession): number | undefined {
  const numbers = new Set(session.received().map(({ n }) => n));
  return telegram.owner
    .fromBot()
    .findLast(({ text }) => answersIn(text).length > 0 && answersIn(text).every((n) => numbers.has(n)))?.id;
}

/** The numbers of the answers in a message of the bot. */
export function answersIn(text: string): number[] {
  return [...text.matchAll(/answer (\d+)\./g)].map(([, n]) => Number(n));
}

/** Sends one message to the active session, and resolves with the time until its agent has it, ms; null: not within `limitMs`. */
export async function timeOf(traffic: Traffic, to: ClusterSession, limitMs: number): Promise<number | null> {
  const n = traffic.say();
  const at = traffic.sent[n - 1]?.at ?? 0;
  const received = (): { n: number; at: number } | undefined => to.received().find((note) => note.n === n);
  if (!(await until(() => received() !== undefined, limitMs, 5))) return null;
  return (received()?.at ?? 0) - at;
}
