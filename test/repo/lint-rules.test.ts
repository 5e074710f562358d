// Reads: oxlint.config.mjs scripts/lint/ package-lock.json
import { activeRules, lint } from './lint';

/** What each rule for JavaScript, of which most are for TypeScript too, complains of. */
const inJavaScript: Readonly<Record<string, string>> = {
  'for-direction': 'for (let i = 0; i < 10; i--) console.log(i);',
  'no-async-promise-executor': 'console.log(new Promise(async (resolve) => resolve(1)));',
  'no-case-declarations': 'switch (process.argv.length) { case 1: let a = 1; console.log(a); break; }',
  'no-compare-neg-zero': 'console.log(process.argv.length === -0);',
  'no-cond-assign': 'let a; if (a = process.argv.length) console.log(a);',
  'no-constant-binary-expression': 'console.log({} ?? process.argv);',
  'no-constant-condition': 'if (true) console.log(1);',
  'no-control-regex': 'console.log(/\\x1f/);',
  'no-debugger': 'debugger;',
  'no-delete-var': 'var a = 1; delete a;',
  'no-dupe-else-if':
    'const a = process.argv.length; if (a === 1) console.log(1); else if (a === 1) console.log(2);',
  'no-duplicate-case': 'switch (process.argv.length) { case 1: break; case 1: break; }',
  'no-empty': 'if (process.argv.length > 2) {}',
  'no-empty-character-class': 'console.log(/[]/);',
  'no-empty-pattern': 'const {} = process.env;',
  'no-empty-static-block': 'console.log(class { static {} });',
  'no-ex-assign': 'try { console.log(1); } catch (e) { e = 1; console.log(e); }',
  'no-extra-boolean-cast': 'if (!!process.argv.length) console.log(1);',
  'no-fallthrough': 'switch (process.argv.length) { case 1: console.log(1); case 2: console.log(2); }',
  'no-global-assign': 'undefined = 1;',
  'no-invalid-regexp': "console.log(new RegExp('['));",
  'no-irregular-whitespace': 'console.log(1);\u00a0console.log(2);',
  'no-loss-of-precision': 'console.log(9007199254740993);',
  'no-misleading-character-class': 'console.log(/[👍]/);',
  'no-nonoctal-decimal-escape': "console.log('\\8');",
  'no-prototype-builtins': "console.log(process.env.hasOwnProperty('a'));",
  'no-regex-spaces': 'console.log(/a  b/);',
  'no-self-assign': 'let a = process.argv; a = a; console.log(a);',
  'no-shadow-restricted-names': 'function f(NaN) { return NaN; } f();',
  'no-sparse-arrays': 'console.log([1, , 2]);',
  'no-unassigned-vars': 'let a; console.log(a);',
  'no-unexpected-multiline': 'const a = console\n(1 || 2).toString();\nconsole.log(a);',
  'no-unsafe-finally': 'function f() { try { return 1; } finally { return 2; } } f();',
  'no-unsafe-optional-chaining': '(process.env?.a)();',
  'no-unused-labels': 'a: console.log(1);',
  'no-unused-private-class-members': 'console.log(class { #a = 1; });',
  'no-useless-assignment': 'let a = 1; console.log(a); a = 2;',
  'no-useless-backreference': 'console.log(/\\1(a)/);',
  'no-useless-catch': 'try { console.log(1); } catch (e) { throw e; }',
  'no-useless-escape': "console.log('\\d');",
  'preserve-caught-error': 'try { console.log(1); } catch (e) { throw new Error(`failed: ${e}`); }',
  'require-yield': 'function* f() { return 1; } f();',
  'use-isnan': 'console.log(process.argv.length === NaN);',
  'valid-typeof': "console.log(typeof process.argv === 'strnig');",
  'constructor-super': 'class A {} console.log(class extends A { constructor() { console.log(1); } });',
  'getter-return': 'console.log({ get a() { console.log(1); } });',
  'no-class-assign': 'class A {} A = 1;',
  'no-const-assign': 'const a = 1; a = 2;',
  'eslint-js/no-dupe-args': 'function f(a, a) { return a; } f();',
  'no-dupe-class-members': 'console.log(class { a() {} a() {} });',
  'no-dupe-keys': 'console.log({ a: 1, a: 2 });',
  'no-func-assign': 'function f() {} f = 1;',
  'no-import-assign': "import fs from 'node:fs'; fs = 1;",
  'no-new-native-nonconstructor': 'console.log(new Symbol());',
  'no-obj-calls': 'Math();',
  'eslint-js/no-octal': 'console.log(071);',
  'no-redeclare': 'var a; var a = 2; console.log(a);',
  'no-setter-return': 'console.log({ set a(v) { return v; } });',
  'no-this-before-super':
    'class A {} console.log(class extends A { constructor() { this.a = 1; super(); } });',
  'no-undef': 'console.log(nothing);',
  'no-unreachable': 'function f() { return 1; console.log(1); } f();',
  'no-unsafe-negation': "console.log(!'a' in process.env);",
  'no-unused-vars': 'const a = 1;',
  'no-with': 'with (process.env) console.log(1);',
  'eslint-js/no-restricted-syntax': 'import { it } from "node:test"; it.skip();',
};

/** What each rule for TypeScript only complains of. */
const inTypeScript: Readonly<Record<string, string>> = {
  'no-var': 'export var a = 1;',
  'prefer-const': 'let a = 1; export { a }; export function f() { let b = 1; return b; }',
  'prefer-rest-params': 'export function f() { return arguments; }',
  'prefer-spread': 'export const f = (g: (...a: number[]) => void, b: number[]) => g.apply(undefined, b);',
  'no-array-constructor': 'export const a = new Array(1, 2);',
  'no-unused-expressions': 'export const a = 1; a;',
  'no-useless-constructor': 'export class A { b = 1; constructor() {} }',
  'no-unused-vars': 'export {}; const a = 1;',
  eqeqeq: 'export const f = (a: number) => a == 1;',
  'typescript/adjacent-overload-signatures':
    'export interface A { a(): void; b(): void; a(x: number): void }',
  'typescript/array-type': 'export type A = Array<string>;',
  'typescript/ban-ts-comment': '// @ts-ignore\nexport {};',
  'typescript/ban-tslint-comment': '// tslint:disable\nexport {};',
  'typescript/class-literal-property-style': 'export class A { get a() { return 1; } }',
  'typescript/consistent-generic-constructors': 'export const a: Map<string, number> = new Map();',
  'typescript/consistent-indexed-object-style': 'export interface A { [key: string]: number }',
  'typescript/consistent-type-assertions': 'export const a = <number>(1 as unknown);',
  'typescript/consistent-type-imports': "import { Stats } from 'node:fs'; export type A = Stats;",
  'typescript/no-confusing-non-null-assertion': 'export const f = (a?: number) => a! == 1;',
  'typescript/no-duplicate-enum-values': 'export enum A { A = 1, B = 1 }',
  'typescript/no-dynamic-delete':
    'export const f = (a: Record<string, number>, b: string) => { delete a[b]; };',
  'typescript/no-empty-object-type': 'export type A = {};',
  'typescript/no-explicit-any': 'export const f = (a: any): unknown => a;',
  'typescript/no-extra-non-null-assertion': 'export const f = (a?: { b: number }) => a!!.b;',
  'typescript/no-extraneous-class': 'export class A {}',
  'typescript/no-import-type-side-effects': "import { type Stats } from 'node:fs'; export type A = Stats;",
  'typescript/no-inferrable-types': 'export const a: number = 1;',
  'typescript/no-misused-new': 'export interface A { new (): A }',
  'typescript/no-namespace': 'export namespace A { export const a = 1; }',
  'typescript/no-non-null-asserted-nullish-coalescing': 'export const f = (a?: { b: number }) => a!.b! ?? 1;',
  'typescript/no-non-null-asserted-optional-chain': 'export const f = (a?: { b: number }) => a?.b!;',
  'typescript/no-non-null-assertion': 'export const f = (a?: number) => a!;',
  'typescript/no-require-imports': "export const a: unknown = require('node:fs');",
  'typescript/no-this-alias': 'export class A { a = 1; b() { const c = this; return c; } }',
  'typescript/no-unnecessary-type-constraint': 'export const f = <T extends unknown>(a: T) => a;',
  'typescript/no-unsafe-declaration-merging': 'export interface A { a: number } export class A { b = 1; }',
  'typescript/no-unsafe-function-type': 'export type A = Function;',
  'typescript/no-wrapper-object-types': 'export type A = String;',
  'typescript/prefer-as-const': "export const a = 'b' as 'b';",
  'typescript/prefer-for-of':
    'export function f(a: number[]) { for (let i = 0; i < a.length; i++) console.log(a[i]); }',
  'typescript/prefer-function-type': 'export interface A { (): void }',
  'typescript/prefer-literal-enum-member': 'export const a = 1; export enum A { A = `b`.length }',
  'typescript/prefer-namespace-keyword': 'export declare module A { const a: number; }',
  'typescript/triple-slash-reference': '/// <reference path="a.d.ts" />\nexport {};',
  'typescript/unified-signatures': 'export interface A { a(x: number): void; a(x: string): void }',
  'typescript/no-floating-promises': 'export const f = () => { Promise.resolve(); };',
  'typescript/no-misused-promises': 'export const f = (a: Promise<number>) => { if (a) console.log(1); };',
  'typescript/await-thenable': 'export const f = async () => { await 1; };',
  'typescript/only-throw-error': "export const f = () => { throw 'a'; };",
  'typescript/switch-exhaustiveness-check':
    "export function f(a: 'b' | 'c') { switch (a) { case 'b': console.log(1); } }",
  'ccbot/silent-catch': 'Promise.resolve().catch(() => undefined);',
};

/** The rules of which `lint.test.ts` has examples, since they differ from folder to folder. */
const elsewhere = [
  'eslint-js/max-lines-per-function',
  'max-lines-per-function',
  'no-console',
  'no-restricted-globals',
  'no-restricted-imports',
];

/** These are mistakes only where a file is no module. */
const inScripts = new Set([
  'eslint-js/no-dupe-args',
  'eslint-js/no-octal',
  'no-delete-var',
  'no-nonoctal-decimal-escape',
  'no-redeclare',
  'no-with',
]);

const cases = [
  ...Object.entries(inJavaScript).map(([rule, code]) => ({
    rule,
    kind: inScripts.has(rule) ? 'cjs' : 'mjs',
    code,
  })),
  ...Object.entries(inTypeScript).map(([rule, code]) => ({ rule, kind: 'ts', code })),
];

let found: string[][];
beforeAll(() => {
  found = lint(cases.map(({ kind, code }) => ({ file: `packages/worker/src/file.${kind}`, code })));
});

it('has an example for every rule', () => {
  const examples = [...Object.keys(inJavaScript), ...Object.keys(inTypeScript), ...elsewhere];
  expect([...new Set(examples)].sort()).toEqual(activeRules().sort());
});

it.each(cases.map(({ rule, kind, code }, index) => ({ rule, kind, code, index })))(
  'reports $rule in .$kind: $code',
  ({ rule, index }) => {
    expect(found[index]).toContain(rule);
  },
);
