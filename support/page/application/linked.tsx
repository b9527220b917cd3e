import type { VNode } from 'preact';

const address = /(https?:\/\/[^\s()]+)/;

/** A text whose addresses are links. */
export function Linked({ text }: { text: string }): VNode {
  return (
    <>
      {text.split(address).map((part) =>
        address.test(part) ? (
          <a key={part} href={part} rel="noreferrer">
            {part.replace(/^https?:\/\/(?:www\.)?/, '')}
          </a>
        ) : (
          part
        ),
      )}
    </>
  );
}
