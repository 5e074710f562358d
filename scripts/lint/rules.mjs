// A rule of this project that no installed plugin has.

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

export default { rules: { 'silent-catch': silentCatch } };
