/** What is wrong with a path that vite takes for one with a fragment or a query, and what to do; else `undefined`. */
export function unreadable(path: string): { problem: string; cure: string } | undefined;
