// Two rules of this project's own for oxlint.
import { dirname, relative, resolve } from 'node:path';

/** Tests, and what only they use; they may use everything. */
const ofTests = /\.(?:test|bench|test-support)\.tsx?$/;

/** Functions of a module are declared by `function`, so that a reader finds all of them in the same way. */
const functionDeclarations = {
  create(context) {
    return {
      'Program > VariableDeclaration > VariableDeclarator > ArrowFunctionExpression': report,
      'Program > ExportNamedDeclaration > VariableDeclaration > VariableDeclarator > ArrowFunctionExpression':
        report,
    };

    function report(node) {
      context.report({ node, message: 'Declare a function of a module by `function`.' });
    }
  },
};

/**
 * Rooms depend on each other in one direction only. The option lists them from top to bottom, as paths below
 * `support`: what stands in one uses only what stands in the same or further down.
 */
const direction = {
  meta: {
    schema: [
      {
        type: 'object',
        properties: { rooms: { type: 'array', items: { type: 'string' } } },
        required: ['rooms'],
        additionalProperties: false,
      },
    ],
  },
  create(context) {
    const [{ rooms }] = context.options;
    const root = resolve(context.cwd, 'support');
    const file = relative(root, context.filename);
    if (file.startsWith('..') || ofTests.test(file)) return {};
    const from = roomOf(file, rooms);
    return {
      ImportDeclaration: ({ source }) => check(source),
      ExportNamedDeclaration: ({ source }) => check(source),
      ExportAllDeclaration: ({ source }) => check(source),
      ImportExpression: ({ source }) => check(source),
      TSImportType: ({ source }) => check(source),
    };

    function check(source) {
      if (typeof source?.value !== 'string' || !source.value.startsWith('.')) return;
      const imported = relative(root, resolve(dirname(context.filename), source.value));
      if (imported.startsWith('..')) return;
      const to = roomOf(imported, rooms);
      const homeless = [from === -1 && file, to === -1 && imported].find(Boolean);
      if (homeless) tell(`${homeless} stands in no room of .oxlintrc.json.`);
      else if (to < from) tell(`${rooms[from]} stands below ${rooms[to]}, and does not use what is in it.`);
      if (ofTests.test(imported)) tell(`${imported} is for tests alone.`);

      function tell(message) {
        context.report({ node: source, message });
      }
    }
  },
};

/** The place in the list of the room in which a file stands: of the narrowest, where one is within another. */
function roomOf(file, rooms) {
  const fitting = rooms.filter((room) => file === room || file.startsWith(`${room}/`));
  const narrowest = fitting.sort((one, other) => other.length - one.length)[0];
  return narrowest === undefined ? -1 : rooms.indexOf(narrowest);
}

export default {
  meta: { name: 'brokerproof' },
  rules: { 'function-declarations': functionDeclarations, direction },
};
