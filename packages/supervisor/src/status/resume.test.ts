import { initialState } from '../state';
import type { Report } from './report';
import { resumed } from './resume';

const wall = Date.parse('2026-01-01T12:00:00Z');
const at = 5_000;
const last = (more: Partial<Report>): Report => ({ v: 1, ...more }) as Report;

it('keeps the open notice and the notices of the last hour', () => {
  const noticesAt = ['2026-01-01T10:59:00Z', '2026-01-01T11:30:00Z', '2026-01-01T11:59:59Z'];
  const state = resumed(initialState(at), last({ told: 'loop', noticesAt }), { wall, at });
  expect(state).toEqual({ ...initialState(at), openNotice: 'loop', notices: [at - 1_800_000, at - 1_000] });
});

it('treats a notice from before the clock was set back as just sent', () => {
  const state = resumed(initialState(at), last({ noticesAt: ['2027-01-01T00:00:00Z'] }), { wall, at });
  expect(state.notices).toEqual([at]);
});

it.each([null, last({}), last({ noticesAt: ['nonsense'] })])('starts without notices after %j', (report) => {
  expect(resumed(initialState(at), report, { wall, at })).toEqual(initialState(at));
});
