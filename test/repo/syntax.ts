import { parseSync, type ModuleItem, type Node } from '@swc/core';

/** The statements of a TypeScript file. Throws where the file is not valid. */
export function parseModule(source: string): ModuleItem[] {
  return parseSync(source, { syntax: 'typescript', target: 'es2022' }).body;
}

/** Calls `visit` with a node and with every node below it, in the order of the source. */
export function eachNode(node: unknown, visit: (node: SomeNode) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if ('type' in node && typeof node.type === 'string') visit(node as SomeNode);
  for (const child of Object.values(node)) eachNode(child, visit);
}

/** Any node, with those fields of which these tests read the text. */
export interface SomeNode extends Node {
  /** Of an import or an export. */
  source?: TextNode | null;
  /** Of `import('./a').B`, where it is a type. */
  argument?: TextNode;
  /** Of `import a = require('./a')`. */
  expression?: TextNode;
  callee?: TextNode;
  arguments?: readonly { expression: TextNode }[];
}

interface TextNode extends Node {
  value?: unknown;
}

/** What a file imports, types included, as it is written there. */
export function importsIn(source: string): string[] {
  const found: string[] = [];
  eachNode(parseModule(source), (node) => {
    const from = importedBy(node);
    if (from?.type === 'StringLiteral') found.push(String(from.value));
  });
  return found;
}

function importedBy(node: SomeNode): TextNode | null | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return node.source;
    case 'TsImportType':
      return node.argument;
    case 'TsExternalModuleReference':
      return node.expression;
    case 'CallExpression': {
      const { callee } = node;
      const isImport = callee?.type === 'Import';
      const isRequire = callee?.type === 'Identifier' && callee.value === 'require';
      return isImport || isRequire ? node.arguments?.[0]?.expression : null;
    }
    default:
      return null;
  }
}
