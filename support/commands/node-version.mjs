// Syntax of old Node.js only, as in run.mjs.

const needed = [20, 19];

/**
 * What to tell the user of a Node.js that is too old, or `undefined` when it is not.
 *
 * @param {string} version as in `process.versions.node`: `20.19.0`
 */
export function tooOld(version) {
  const [major, minor] = version.split('.').map(Number);
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return undefined;
  return `brokerproof needs Node.js ${needed.join('.')} or later; this is ${version}.\nInstall a newer one, and run the same command again.`;
}
