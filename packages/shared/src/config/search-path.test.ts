import { searchPath } from './search-path';

it.each([
  ['/usr/bin:/bin', '/usr/bin:/bin'],
  [':/usr/bin', '/usr/bin'],
  ['/usr/bin:', '/usr/bin'],
  ['/opt/bin::/usr/bin', '/opt/bin:/usr/bin'],
  ['.:./bin:bin:../bin:/usr/bin', '/usr/bin'],
  ['~/bin:/usr/bin', '/usr/bin'],
  ['', '/usr/bin:/bin'],
  ['.', '/usr/bin:/bin'],
  [undefined, '/usr/bin:/bin'],
])('takes the working directory out of the search path %j', (path, safe) => {
  expect(searchPath(path)).toBe(safe);
});
