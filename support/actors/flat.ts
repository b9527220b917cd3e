/** Values for the text of the evidence. */
export function flat(values: object = {}): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [
        key,
        ['string', 'number', 'boolean'].includes(typeof value) ? (value as string) : JSON.stringify(value),
      ]),
  );
}
