import { comparePage } from '../fixtures/page';
import { environmentPage } from './docs';
import { ENVIRONMENT } from './table';

it('matches docs/environment.md (UPDATE_DOCS=1 regenerates the page)', () => {
  const { is, should } = comparePage('environment.md', environmentPage());
  expect(is).toBe(should);
});

it('gives each row a reason, and ends with one for all others', () => {
  for (const { why } of ENVIRONMENT) expect(why).toMatch(/^[`\p{L}][^\n|]*\.$/u);
  expect(ENVIRONMENT.at(-1)).toMatchObject({ names: ['*'], service: 'left', agents: 'kept' });
  expect(ENVIRONMENT.slice(0, -1).some(({ names }) => names.includes('*'))).toBe(false);
});

it('uses one * in a name at most', () => {
  for (const name of ENVIRONMENT.flatMap(({ names }) => names))
    expect(name.split('*').length).toBeLessThan(3);
});
