import * as z from 'zod/mini';
import { asSent } from '../telegram/cut';
import type { Person } from '../telegram/person';
import type { Fault } from '../telegram/model';

const who = z.string().check(z.maxLength(40));
const id = z.int();
const text = z.string();

/** What the page, or a test's script, can ask for. */
const Action = z.discriminatedUnion('do', [
  z.object({ do: z.literal('say'), who, text, replyTo: z.optional(id) }),
  z.object({ do: z.literal('edit'), who, message: id, text }),
  z.object({ do: z.literal('tap'), who, message: id, data: text }),
  z.object({ do: z.literal('react'), who, message: id, emoji: z.nullable(text) }),
  z.object({ do: z.literal('block'), who, on: z.boolean() }),
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

/** What actions act upon: the sandbox without its server. */
export interface Stage {
  people: Readonly<Record<string, Person>>;
  fault(fault: Fault): void;
  clearFaults(): void;
  setPacing(on: boolean): void;
  /** Refuses connections for this long, ms. */
  refuseFor(ms: number): void;
}

/** An action that cannot be: its words are for the person. */
export class NoSuchAction extends Error {}

/** Does what a request's body asks for; the answer's body. Throws {@link NoSuchAction} for one that makes no sense. */
export function act(stage: Stage, body: string): Record<string, unknown> {
  const asked = Action.safeParse(parsed(body));
  if (!asked.success) throw new NoSuchAction('this is nothing that the sandbox can do');
  const action = asked.data;
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
      return actAs(personOf(stage, action.who), action);
  }
}

type PersonAction = Extract<z.infer<typeof Action>, { who: string }>;

function actAs(person: Person, action: PersonAction): Record<string, unknown> {
  try {
    switch (action.do) {
      case 'say': {
        const { replyTo } = action;
        const reply = replyTo === undefined ? {} : { replyTo };
        return { messages: asSent(action.text).map((part) => person.say(part, reply)) };
      }
      case 'edit': {
        const [first] = asSent(action.text);
        if (first === undefined) throw new Error('nothing is left of the message');
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
    throw new NoSuchAction((error as Error).message);
  }
}

/** The person of that name. */
export function personOf(stage: Pick<Stage, 'people'>, name: string): Person {
  const person = Object.hasOwn(stage.people, name) ? stage.people[name] : undefined;
  if (person === undefined) throw new NoSuchAction('there is nobody of that name');
  return person;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // what is no JSON is no action either
  }
}
