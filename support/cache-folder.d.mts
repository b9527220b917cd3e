/** Where commands keep what they have translated; in a package's folder nothing is written. */
export const cacheFolder: string;
