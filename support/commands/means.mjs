// Syntax of old Node.js only, as in run.mjs.
import { readFileSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';

const neededFiles = 256;
const neededHeapMB = 150;

/**
 * What this process lacks of what a run needs, which could not be told once it is missing; `undefined` when it has all.
 */
export function lacking() {
  const files = openFiles();
  const tooFew = `This process may open ${files} files, and brokerproof needs ${neededFiles}.`;
  if (files < neededFiles)
    return `${tooFew}\nRun ulimit -n ${neededFiles} first, and the same command again.`;

  const heapMB = Math.floor(getHeapStatistics().heap_size_limit / 1e6);
  const tooLittle = `Node.js may use ${heapMB} MB of memory here, and brokerproof needs ${neededHeapMB}.`;
  const cure =
    'Take --max-old-space-size out of NODE_OPTIONS, or run the same command where there is more memory.';
  return heapMB < neededHeapMB ? `${tooLittle}\n${cure}` : undefined;
}

/** Infinity where the system does not tell. */
function openFiles() {
  try {
    const match = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    return match === null ? Infinity : Number(match[1]);
  } catch {
    return Infinity;
  }
}
