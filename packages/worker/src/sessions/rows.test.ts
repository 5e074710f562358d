import type * as z from 'zod/mini';
import { sessionWith } from '../fixtures/session';
import type { Card } from '../cards/model';
import type { Same } from '../store/fixtures/same';
import type { Session } from './model';
import { parseSession, sessionRow, type cardSchema, type sessionSchema } from './rows';

/** Compiles only while the schemas and the model have the same fields, of the same types. One is never stored. */
const same: [
  Same<z.output<typeof sessionSchema>, Omit<Session, 'plainName'>>,
  Same<z.output<typeof cardSchema>, Card>,
] = [true, true];

const session = sessionWith();

it('has a schema of the same type as the model', () => {
  expect(same).toEqual([true, true]);
});

it('reads what it wrote', () => {
  expect(parseSession(sessionRow(session))).toEqual({ ok: true, session });
});

it('drops a field that this version does not know', () => {
  expect(parseSession(JSON.stringify({ ...session, mood: 'good' }))).toEqual({ ok: true, session });
});

it.each([
  ['no JSON', '{', /SyntaxError/],
  ['no object', '[]', /^invalid: all$/],
  ['a session without a card', JSON.stringify({ ...session, card: undefined }), /^invalid: card$/],
  ['a phase that does not exist', JSON.stringify({ ...session, phase: 'asleep' }), /^invalid: phase$/],
  ['a row of a later version', JSON.stringify({ ...session, v: 2 }), /written by a later ccbot/],
])('refuses %s and says why', (_, body, reason) => {
  expect(parseSession(body)).toEqual({ ok: false, reason: expect.stringMatching(reason) as string });
});
