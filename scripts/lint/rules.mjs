// Lint rules that no installed plugin has.

/** `.catch(() => {})` ignores an error like an empty catch block. It needs a comment that says why. */
const silentCatch = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      silent: 'This ignores an error. Handle it, report it, or explain in a comment why that is right.',
    },
  },
  create(context) {
    const { sourceCode } = context;
    const isEmpty = (body) =>
      (body.type === 'BlockStatement' && body.body.length === 0) ||
      (body.type === 'Identifier' && body.name === 'undefined') ||
      (body.type === 'UnaryExpression' && body.operator === 'void') ||
      (body.type === 'Literal' && body.value === null);
    return {
      'CallExpression[callee.property.name="catch"]'(node) {
        const [handler] = node.arguments;
        if (handler === undefined || !/Function/.test(handler.type) || !isEmpty(handler.body)) return;
        const line = handler.loc.end.line;
        const isExplained =
          sourceCode.getCommentsInside(node).length > 0 ||
          sourceCode.getAllComments().some((c) => c.loc.start.line === line && c.range[0] > handler.range[1]);
        if (!isExplained) context.report({ node: handler, messageId: 'silent' });
      },
    };
  },
};

export default {
  meta: { name: 'ccbot' },
  rules: { 'silent-catch': silentCatch },
};
