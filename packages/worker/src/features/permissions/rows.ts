import * as z from 'zod/mini';
import { parseRow, type Parsed, type RowFormat } from '../../store/json';
import { isTooLarge } from './measure';
import type { AgentRequest } from './model';

/**
 * A tool's input and a permission suggestion go back to the agent unchanged, so no schema may rebuild them.
 */
const agentData = z.custom<Readonly<Record<string, unknown>>>(isRecord);

const subject = z.discriminatedUnion('type', [
  z.object({ type: z.literal('command'), command: z.string() }),
  z.object({
    type: z.literal('edit'),
    path: z.string(),
    edits: z.array(z.object({ before: z.string(), after: z.string(), all: z.boolean() })),
  }),
  z.object({ type: z.literal('write'), path: z.string(), content: z.string() }),
  z.object({ type: z.literal('patch'), patch: z.string() }),
  z.object({ type: z.literal('fetch'), url: z.string(), prompt: z.string() }),
  z.object({ type: z.literal('cell'), path: z.string(), source: z.string() }),
  z.object({ type: z.literal('tool'), input: z.unknown() }),
]);

const permission = z.object({
  kind: z.literal('permission'),
  purpose: z.string(),
  subject,
  extra: agentData,
  always: z.array(
    z.object({
      index: z.number(),
      names: z.array(z.string()),
      means: z.enum(['rules', 'directories', 'mode']),
      reach: z.enum(['session', 'project', 'shared', 'everywhere']),
    }),
  ),
});

const questions = z.object({
  kind: z.literal('questions'),
  questions: z.array(
    z.object({
      question: z.string(),
      header: z.string(),
      multi: z.boolean(),
      options: z.array(z.object({ label: z.string(), description: z.string(), preview: z.string() })),
    }),
  ),
});

const planMode = z.enum(['default', 'acceptEdits', 'auto']);

const plan = z.object({
  kind: z.literal('plan'),
  plan: z.string(),
  extra: agentData,
  modes: z.array(planMode),
});

const content = z.object({
  tool: z.string(),
  title: z.string(),
  subAgent: z.exactOptional(z.object({ id: z.string(), type: z.string() })),
  what: z.discriminatedUnion('kind', [permission, questions, plan]),
  raw: z.object({ input: agentData, suggestions: z.array(agentData) }),
});

const answers = z.object({
  index: z.number(),
  given: z.array(z.object({ chosen: z.array(z.number()), text: z.exactOptional(z.string()) })),
});

const decision = z.discriminatedUnion('do', [
  z.object({ do: z.literal('allow') }),
  z.object({ do: z.literal('always'), index: z.number() }),
  z.object({ do: z.literal('deny'), message: z.string() }),
  z.object({ do: z.literal('answer'), answers: z.record(z.string(), z.string()) }),
  z.object({ do: z.literal('approve'), mode: planMode }),
]);

const copy = z.object({
  chatId: z.number(),
  shown: z.number(),
  unmasked: z.exactOptional(z.literal(true)),
  file: z.exactOptional(
    z.object({ masked: z.boolean(), is: z.enum(['sent', 'failed']), why: z.exactOptional(z.string()) }),
  ),
  writing: z.exactOptional(z.object({ what: z.enum(['reason', 'answer', 'feedback']), at: z.number() })),
  lastUpdate: z.exactOptional(z.number()),
});

export const requestSchema = z.object({
  id: z.number(),
  nonce: z._default(z.string(), ''),
  request: z.string(),
  session: z.string(),
  copies: z.array(copy),
  name: z.string(),
  at: z.number(),
  asked: content,
  diff: z.exactOptional(z.string()),
  fit: z.exactOptional(z.enum(['file', 'terminal'])),
  secrets: z.exactOptional(z.literal(true)),
  phase: z.enum(['open', 'decided', 'closed']),
  attached: z.boolean(),
  detachedAt: z.exactOptional(z.number()),
  answers: z.exactOptional(answers),
  decision: z.exactOptional(decision),
  by: z.exactOptional(z.number()),
  byRule: z.exactOptional(z.literal(true)),
  unseen: z.exactOptional(z.literal(true)),
  outcome: z.exactOptional(
    z.enum(['taken', 'elsewhere', 'answered', 'unanswered', 'withdrawn', 'timeout', 'gone', 'ended']),
  ),
  touchedAt: z.number(),
  reminded: z.boolean(),
});

/**
 * Version 1 has no field `v` and two shapes: an earlier ccbot showed a request in one chat only, without `copies`. It also
 * went by the shape of a tool's input, and left fields out.
 */
const format: RowFormat<AgentRequest> = {
  version: 2,
  schema: z.pipe(z.transform(upgraded), requestSchema),
};

function upgraded(row: unknown): unknown {
  const withAll = withCopies(row);
  return isRecord(withAll) && withAll['v'] === undefined ? showingAll(withAll) : withAll;
}

/**
 * A request of version 1 that shows its whole input. How much that is was not measured then, so it is shown as one with
 * secrets that is longer than a message. A closed request has no input any more, and no buttons.
 */
function showingAll(row: Readonly<Record<string, unknown>>): unknown {
  const { asked } = row;
  if (!isRecord(asked) || !isRecord(asked['what']) || !isRecord(asked['raw'])) return row;
  const { what } = asked;
  const input = isRecord(asked['raw']['input']) ? asked['raw']['input'] : {};
  const hasInput = Object.keys(input).length > 0;
  switch (what['kind']) {
    case 'permission': {
      const subject = hasInput ? { type: 'tool', input } : what['subject'];
      const purpose = hasInput ? '' : what['purpose'];
      return measured(row, { ...asked, what: { ...what, subject, purpose, extra: {} } });
    }
    case 'plan': {
      const { plan: _plan, ...extra } = input;
      return measured(row, { ...asked, what: { ...what, extra } });
    }
    default:
      return row;
  }
}

function measured(row: Readonly<Record<string, unknown>>, asked: Readonly<Record<string, unknown>>): unknown {
  return { ...row, asked, fit: isTooLarge(asked) ? 'terminal' : 'file', secrets: true };
}

/** Moves the fields of the only chat, as an earlier ccbot stored them, into a copy. */
function withCopies(row: unknown): unknown {
  if (!isRecord(row) || row['chatId'] === undefined) return row;
  const { chatId, shown = 0, page: _page, writing, lastUpdate, ...request } = row;
  const only: Record<string, unknown> = { chatId, shown };
  if (writing !== undefined) only['writing'] = writing;
  if (lastUpdate !== undefined) only['lastUpdate'] = lastUpdate;
  return { ...request, copies: [only] };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function parseRequest(body: string): Parsed<AgentRequest> {
  return parseRow(format, body);
}

export function requestRow(request: AgentRequest): string {
  return JSON.stringify({ v: format.version, ...request });
}
