/** What to tell the user of a Node.js that is too old, or `undefined` when it is not. */
export function tooOld(version: string): string | undefined;
