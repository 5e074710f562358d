import { exactName, sessionsNamed } from './named';

const ada = { id: '1', name: 'Demo', host: 'ada' };
const gpu = { id: '2', name: 'demo', host: 'gpu' };
const web = { id: '3', name: 'web', host: 'gpu' };
const idsOf = (written: string, sessions: Parameters<typeof sessionsNamed>[1] = [ada, gpu, web]): string[] =>
  sessionsNamed(written, sessions).map(({ id }) => id);

it.each([
  ['web', ['3']],
  ['WEB', ['3']],
  ['gpu:web', ['3']],
  ['web@gpu', ['3']],
  ['web · gpu', ['3']],
  ['Web·GPU', ['3']],
  ['demo', ['1', '2']],
  ['gpu:demo', ['2']],
  ['Demo · ada', ['1']],
  ['ada:web', []],
  ['gpu', []],
  ['', []],
  [':', []],
])('takes %j for %j', (written, ids) => {
  expect(idsOf(written)).toEqual(ids);
});

it('reads no machine into a name while there is one machine', () => {
  expect(idsOf('gpu:web', [{ id: '3', name: 'web' }])).toEqual([]);
  expect(idsOf('web', [{ id: '3', name: 'web' }])).toEqual(['3']);
});

it('offers a name that it then takes for one session', () => {
  for (const session of [ada, gpu, web]) expect(idsOf(exactName(session))).toEqual([session.id]);
  expect(exactName({ id: '4', name: 'api' })).toBe('api');
});
