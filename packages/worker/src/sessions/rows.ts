import * as z from 'zod/mini';
import { parseRow, type RowFormat } from '../store/json';
import type { Session } from './model';

const state = z.enum(['running', 'ok', 'failed']);

const toolRow = z.object({
  id: z.string(),
  n: z.number(),
  name: z.string(),
  title: z.string(),
  state,
  startedAt: z.number(),
  endedAt: z.exactOptional(z.number()),
  summary: z.exactOptional(z.string()),
});

const textBlock = z.object({
  id: z.string(),
  message: z.string(),
  text: z.string(),
  after: z.number(),
  interim: z.exactOptional(z.literal(true)),
});

const subAgent = z.object({
  id: z.string(),
  title: z.string(),
  state,
  startedAt: z.number(),
  toldAt: z.number(),
  file: z.exactOptional(z.string()),
  endedAt: z.exactOptional(z.number()),
  doing: z.exactOptional(z.object({ tool: z.string(), title: z.string() })),
  tools: z.number(),
});

const todo = z.object({
  id: z.string(),
  text: z.string(),
  state: z.enum(['open', 'doing', 'done']),
});

export const figuresSchema = z.object({
  contextPercent: z.exactOptional(z.number()),
  contextTokens: z.exactOptional(z.number()),
  contextWindow: z.exactOptional(z.number()),
  costUsd: z.exactOptional(z.number()),
  model: z.exactOptional(z.string()),
  effort: z.exactOptional(z.string()),
  version: z.exactOptional(z.string()),
});

export const cardSchema = z.object({
  session: z.string(),
  name: z.string(),
  agent: z.string(),
  phase: z.enum(['starting', 'idle', 'working', 'ended', 'lost']),
  turn: z.number(),
  prompt: z.string(),
  turnId: z.exactOptional(z.string()),
  answered: z.exactOptional(z.object({ at: z.number(), told: z.exactOptional(z.string()) })),
  toldBefore: z.exactOptional(z.object({ text: z.string(), until: z.number() })),
  startedAt: z.exactOptional(z.number()),
  endedAt: z.exactOptional(z.number()),
  outcome: z.exactOptional(z.enum(['done', 'interrupted', 'failed'])),
  rows: z.array(toolRow),
  foldedRows: z.number(),
  tools: z.number(),
  texts: z.array(textBlock),
  foldedTexts: z.number(),
  error: z.exactOptional(z.object({ error: z.string(), text: z.string() })),
  compactedAt: z.exactOptional(z.number()),
  todos: z.exactOptional(z.array(todo)),
  agents: z.exactOptional(z.array(subAgent)),
  figures: z.exactOptional(figuresSchema),
  limit: z.exactOptional(
    z.object({ window: z.exactOptional(z.string()), resetsAt: z.exactOptional(z.number()) }),
  ),
  thinking: z.exactOptional(z.string()),
  writing: z.exactOptional(z.string()),
  screen: z.exactOptional(z.string()),
  allowing: z.exactOptional(z.union([z.number(), z.literal('done')])),
  other: z.number(),
  seen: z.array(z.string()),
});

const limited = z.object({
  at: z.number(),
  window: z.exactOptional(z.string()),
  resetsAt: z.exactOptional(z.number()),
  resume: z.boolean(),
  over: z.boolean(),
});

const knownProcess = z.object({ pid: z.number(), started: z.nullable(z.string()) });

const missing = z.object({
  at: z.number(),
  processes: z.array(knownProcess),
  isLeft: z.exactOptional(z.literal(true)),
});

const boundTo = { sessionId: z.string(), transcriptPath: z.string() };

export const sessionSchema = z.object({
  id: z.string(),
  chatId: z.number(),
  name: z.string(),
  agent: z.string(),
  cwd: z.string(),
  line: z.exactOptional(z.string()),
  surface: z.exactOptional(z.literal('screen')),
  adopted: z.exactOptional(z.literal(true)),
  createdAt: z.number(),
  reopenedAt: z.exactOptional(z.number()),
  activeAt: z.exactOptional(z.number()),
  unnamed: z.exactOptional(z.literal(true)),
  about: z.exactOptional(z.string()),
  ended: z.exactOptional(
    z.object({ at: z.number(), why: z.enum(['done', 'killed', 'died', 'closed', 'idle', 'lost']) }),
  ),
  leftover: z.exactOptional(z.literal(true)),
  program: z.exactOptional(knownProcess),
  missing: z.exactOptional(missing),
  restoring: z.exactOptional(z.boolean()),
  phase: z.enum(['opening', 'starting', 'ready', 'dialog', 'ended', 'lost']),
  binding: z.exactOptional(
    z.object({
      ...boundTo,
      at: z.number(),
      previous: z.exactOptional(z.object(boundTo)),
    }),
  ),
  card: cardSchema,
  limited: z.exactOptional(limited),
  replyTo: z.exactOptional(z.number()),
  by: z.exactOptional(z.number()),
  wroteLast: z.exactOptional(z.number()),
  screens: z.exactOptional(z.number()),
  screenIn: z.exactOptional(z.array(z.number())),
  allowing: z.exactOptional(
    z.union([z.object({ until: z.number() }), z.object({ until: z.literal('done') })]),
  ),
});

/** Version 1 has no field `v`: it is the shape that ccbot wrote before rows had versions. */
const format: RowFormat<Session> = { version: 1, schema: sessionSchema };

/** Reads the body of a stored session. */
export function parseSession(body: string): { ok: true; session: Session } | { ok: false; reason: string } {
  const row = parseRow(format, body);
  return row.ok ? { ok: true, session: row.value } : row;
}

/** The body to store. */
export function sessionRow(session: Session): string {
  return JSON.stringify(session);
}
