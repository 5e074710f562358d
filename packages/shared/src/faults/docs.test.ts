import { comparePage } from '../fixtures/page';
import { fault, faultText } from './fault';
import { faultsPage } from './docs';
import { FAULTS } from './table';

it('matches docs/faults.md (UPDATE_DOCS=1 regenerates the page)', () => {
  const { is, should } = comparePage('faults.md', faultsPage());
  expect(is).toBe(should);
});

it.each(Object.keys(FAULTS) as (keyof typeof FAULTS)[])('%s says what happened and what to do', (code) => {
  const { what, todo } = FAULTS[code];
  expect(what).toMatch(/^(tmux|[A-Z]).*[.}]$/s);
  expect(todo).toMatch(/^[A-Z].*[.}]$/s);
});

it('fills in its parameters, even when a value looks like a parameter', () => {
  const f = fault('LOCK_FAILED', { path: '/x/{reason}', reason: '$& {path}' });
  expect(f.what).toBe('Cannot take the lock /x/{reason}: $& {path}.');
  expect(faultText(f)).toMatch(/\[LOCK_FAILED\]$/);
});
