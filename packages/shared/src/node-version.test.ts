import { isNodeSupported, NODE_OLDEST } from './node-version';

it.each([
  [`v${NODE_OLDEST}`, true],
  ['v20.18.0', false],
  ['v20.18.2', true],
  ['v20.19.0', true],
  ['v20.9.9', false],
  ['v18.20.1', false],
  ['v22.0.0', true],
  ['v26.0.0-nightly20260101', true],
  ['v20', false],
  ['', false],
])('knows whether Node.js %s is supported: %s', (version, supported) => {
  expect(isNodeSupported(version)).toBe(supported);
});
