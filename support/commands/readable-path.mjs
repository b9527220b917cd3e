// Syntax of old Node.js only, as in run.mjs.

/**
 * What is wrong with a path that vite takes for one with a fragment or a query, and what to do; else `undefined`.
 *
 * @param {string} path
 */
export function unreadable(path) {
  if (!/[#?]/.test(path)) return undefined;
  return {
    problem: `The path ${path} has a # or a ? in it, which vite can't read.`,
    cure: 'Rename that folder.',
  };
}
