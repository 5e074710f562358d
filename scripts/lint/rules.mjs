// Two rules of this project that no installed plugin has. eslint-plugin-jsdoc would cover the first, but its
// current release no longer runs on Node 20.

/** Every export of a product file has a doc comment: what it is for, units, errors. */
const docComment = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { missing: '`{{name}}` is exported: say in a /** doc comment */ what it is for.' },
  },
  create(context) {
    const { sourceCode } = context;
    const documented = (node) => {
      const last = sourceCode.getCommentsBefore(node).at(-1);
      return last !== undefined && last.type === 'Block' && last.value.startsWith('*');
    };
    // Overloads are documented once, on the first signature.
    const seen = new Set();
    const check = (node) => {
      const declaration = node.declaration;
      if (!declaration) return; // export { a } and export * name what is documented where it is declared
      const names =
        declaration.type === 'VariableDeclaration'
          ? declaration.declarations.map((d) => sourceCode.getText(d.id).split(':')[0])
          : [declaration.id?.name ?? 'the default'];
      if (!documented(node) && !names.every((name) => seen.has(name))) {
        context.report({ node, messageId: 'missing', data: { name: names.join(', ') } });
      }
      for (const name of names) seen.add(name);
    };
    return { ExportNamedDeclaration: check, ExportDefaultDeclaration: check };
  },
};

/** `.catch(() => {})` forgets an error as an empty catch block does; a comment inside says why that is right. */
const silentCatch = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { silent: 'This forgets an error. Handle it, report it, or say in a comment why it is right.' },
  },
  create(context) {
    const { sourceCode } = context;
    const forgets = (body) =>
      (body.type === 'BlockStatement' && body.body.length === 0) ||
      (body.type === 'Identifier' && body.name === 'undefined') ||
      (body.type === 'UnaryExpression' && body.operator === 'void') ||
      (body.type === 'Literal' && body.value === null);
    return {
      'CallExpression[callee.property.name="catch"]'(node) {
        const [handler] = node.arguments;
        if (handler === undefined || !/Function/.test(handler.type) || !forgets(handler.body)) return;
        const line = handler.loc.end.line;
        const said =
          sourceCode.getCommentsInside(node).length > 0 ||
          sourceCode.getAllComments().some((c) => c.loc.start.line === line && c.range[0] > handler.range[1]);
        if (!said) context.report({ node: handler, messageId: 'silent' });
      },
    };
  },
};

export default { rules: { 'doc-comment': docComment, 'silent-catch': silentCatch } };
