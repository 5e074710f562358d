/** @jest-config-loader esbuild-register */
import { join } from 'node:path';
import type { Config } from 'jest';

/** Published as ES modules only; jest runs CommonJS, so these are transformed too. */
const esmOnly = [
  'data-uri-to-buffer',
  'fetch-blob',
  'formdata-polyfill',
  'get-east-asian-width',
  'node-fetch',
];

const base = {
  runtime: join(__dirname, 'test/runtime.cjs'),
  testEnvironment: join(__dirname, 'test/environment.cjs'),
  // Streams and sockets of Node.js need it.
  fakeTimers: { doNotFake: ['nextTick'] },
  // Several versions of Node.js and of the agents.
  modulePathIgnorePatterns: [join(__dirname, '.cache')],
  transform: {
    '\\.[cm]?[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')}))`],
} satisfies Config;

const unit = (name: string): Config => ({
  ...base,
  displayName: name,
  rootDir: `packages/${name}`,
  testMatch: ['<rootDir>/src/**/*.test.ts'],
});

const config: Config = {
  // jest keeps something of each test file, and the more it keeps, the slower the next one.
  workerIdleMemoryLimit: '400MB',
  // A limit against hanging, not a measure of speed: a busy machine must not fail a test.
  testTimeout: 240_000,
  testSequencer: join(__dirname, 'test/sequencer.cjs'),
  projects: [
    unit('shared'),
    unit('supervisor'),
    unit('worker'),
    unit('sandbox'),
    { ...base, displayName: 'repo', testMatch: ['<rootDir>/test/{repo,bench}/**/*.test.ts'] },
    { ...base, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.test.ts'] },
  ] as NonNullable<Config['projects']>,
};

export default config;
