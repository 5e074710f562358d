// Makes CommonJS of a part that esbuild has split as an ES module, and corrects its source map. esbuild could do that too,
// but it would parse, print and map the whole program once more.

/** Before the name of a module of Node.js in an import, so that nothing else in a bundle looks like one. */
export const MARK = 'built-in-import:';

const NAMES = String.raw`\{[^{}]*\}|[\w$]+(?:,\s*\{[^{}]*\})?|\*\s*as\s+[\w$]+`;
const BUILT_IN_IMPORT = new RegExp(String.raw`\bimport(?:\s*(${NAMES})\s*from)?\s*"${MARK}([\w:/]+)";`, 'g');
const FIRST_IMPORT = new RegExp(String.raw`^import\s*(\{[^{}]*\})\s*from\s*"([^"]+)";`);
/** The last statement; only licenses follow it. */
const EXPORT = /\bexport\s*\{([^{}]*)\};\s*(?=$|\/\*)/g;

/**
 * What a module imports is copied into variables at its beginning, where reading it costs nothing; its exports are read
 * through. So what a part exports must have its value once it is loaded: a test checks that.
 *
 * @param imported - the other part, which may be imported in the first statement, and its later name
 */
export function commonJsOf(text, map, imported) {
  const requires = new Map();
  const add = (path, imports) => requires.set(path, [...(requires.get(path) ?? []), ...imports]);
  // Statements become as much white space, since the source map counts columns.
  const blank = (statement) => statement.replace(/[^\n]/g, ' ');
  let code = text;
  if (imported !== undefined) {
    code = code.replace(FIRST_IMPORT, (statement, names, path) => {
      if (path !== imported.path) throw new Error(`an import of ${path} instead of ${imported.path}`);
      add(imported.name, importedBy(names));
      return blank(statement);
    });
    if (!requires.has(imported.name)) throw new Error(`no import of ${imported.path}`);
  }
  code = code.replace(BUILT_IN_IMPORT, (statement, names, path) => {
    add(path, importedBy(names ?? ''));
    return blank(statement);
  });
  const exported = [...code.matchAll(EXPORT)].at(-1);
  if (exported === undefined) throw new Error('a part without exports');
  if (code.includes(`"${MARK}`)) throw new Error('an import of a module of Node.js in an unknown form');
  const end = exported.index + exported[0].length;
  code = code.slice(0, exported.index) + blank(exported[0]) + code.slice(end);
  const head = [exportsOf(exported[1]), ...[...requires].map(([path, imports]) => requireOf(path, imports))];
  return {
    code: `${head.join('\n')}\n${code}`,
    // In JSON, quotes within a text are escaped. A semicolon is a line.
    map: map.replace(/(?<!\\)"mappings":\s*"/, (key) => key + ';'.repeat(head.length)),
  };
}

/** What an import statement names, each with its local name; `default` is the whole module, as Node.js has it. */
function importedBy(names) {
  const [, whole] = /^(?:\*\s*as\s+)?([\w$]+)/.exec(names) ?? [];
  const single = listOf(/\{([^{}]*)\}/.exec(names)?.[1] ?? '');
  return whole === undefined ? single : [['default', whole], ...single];
}

/** One name, or two with `as` in between, each. */
function listOf(text) {
  return text
    .split(',')
    .map((part) => part.trim().split(/\s+as\s+/))
    .filter(([name]) => name !== '')
    .map(([name, other = name]) => [name, other]);
}

function requireOf(path, imports) {
  const required = `require(${JSON.stringify(path)})`;
  const [whole, ...others] = imports.filter(([name]) => name === 'default').map(([, local]) => local);
  const single = imports
    .filter(([name]) => name !== 'default')
    .map(([name, local]) => (name === local ? name : `${name}:${local}`));
  const variables = [
    ...(whole === undefined ? [] : [`${whole}=${required}`]),
    ...others.map((local) => `${local}=${whole}`),
    ...(single.length === 0 ? [] : [`{${single.join(',')}}=${whole ?? required}`]),
  ];
  return variables.length === 0 ? `${required};` : `var ${variables.join(',')};`;
}

function exportsOf(names) {
  return `module.exports={${listOf(names)
    .map(([local, name]) => `get ${name}(){return ${local}}`)
    .join(',')}};`;
}
