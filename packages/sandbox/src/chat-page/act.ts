import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';
import { splitMessage } from '../telegram/cut';
import type { Person } from '../telegram/person';
import type { Fault } from '../telegram/model';

const person = z.string().check(z.maxLength(40));
const id = z.int();
const text = z.string();

/** The actions of the page and of test scripts. */
const Action = z.discriminatedUnion('do', [
  z.object({ do: z.literal('say'), person, text, replyTo: z.optional(id) }),
  z.object({ do: z.literal('edit'), person, message: id, text }),
  z.object({ do: z.literal('tap'), person, message: id, data: text }),
  z.object({ do: z.literal('react'), person, message: id, emoji: z.nullable(text) }),
  z.object({ do: z.literal('block'), person, on: z.boolean() }),
  z.object({ do: z.literal('pacing'), on: z.boolean() }),
  z.object({ do: z.literal('refuse'), ms: z.int().check(z.minimum(1), z.maximum(600_000)) }),
  z.object({ do: z.literal('clear-faults') }),
  z.object({
    do: z.literal('fault'),
    kind: z.enum(['hang', 'reset', 'reset-after', 'cut', '5xx', '429', '401', '403', '409', 'slow']),
    method: z.optional(text),
    times: z.optional(z.int().check(z.minimum(1))),
    retryAfter: z.optional(z.int().check(z.minimum(1))),
    delayMs: z.optional(z.int().check(z.minimum(0))),
  }),
]);

/** The part of the sandbox that actions use. */
export interface Stage {
  people: Readonly<Record<string, Person>>;
  fault(fault: Fault): void;
  clearFaults(): void;
  setPacing(on: boolean): void;
  /** Refuses connections for this long, ms. */
  refuseFor(ms: number): void;
}

/** An invalid action. The message is shown to the user. */
export class BadAction extends Error {}

/** Carries out the action in a request's body. Returns the body of the answer; throws {@link BadAction}. */
export function act(stage: Stage, body: string): Record<string, unknown> {
  const action = parseJson(Action, body);
  if (action === null) throw new BadAction('unknown or invalid action');
  switch (action.do) {
    case 'fault': {
      const { do: _, ...fault } = action;
      stage.fault(fault as Fault);
      return {};
    }
    case 'clear-faults':
      stage.clearFaults();
      return {};
    case 'pacing':
      stage.setPacing(action.on);
      return {};
    case 'refuse':
      stage.refuseFor(action.ms);
      return {};
    default:
      return actAs(personNamed(stage, action.person), action);
  }
}

type PersonAction = Extract<z.infer<typeof Action>, { person: string }>;

function actAs(person: Person, action: PersonAction): Record<string, unknown> {
  try {
    switch (action.do) {
      case 'say': {
        const { replyTo } = action;
        const reply = replyTo === undefined ? {} : { replyTo };
        return { messages: splitMessage(action.text).map((part) => person.say(part, reply)) };
      }
      case 'edit': {
        const [first] = splitMessage(action.text);
        if (first === undefined) throw new Error('the message is empty');
        person.edit(action.message, first);
        return {};
      }
      case 'tap':
        return { query: person.tap(action.data, action.message) };
      case 'react':
        person.react(action.message, action.emoji);
        return {};
      case 'block':
        person.block(action.on);
        return {};
    }
  } catch (error) {
    throw new BadAction((error as Error).message);
  }
}

/** Throws {@link BadAction} for an unknown name. */
export function personNamed(stage: Pick<Stage, 'people'>, name: string): Person {
  const person = Object.hasOwn(stage.people, name) ? stage.people[name] : undefined;
  if (person === undefined) throw new BadAction('unknown person');
  return person;
}
