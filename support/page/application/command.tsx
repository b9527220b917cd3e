import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';

/** A command for a shell, with a button that copies it. */
export function Command({ text }: { text: string }): VNode {
  const [said, setSaid] = useState('Copy');
  const code = useRef<HTMLElement>(null);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setSaid('Copied'),
      () => {
        if (code.current !== null) getSelection()?.selectAllChildren(code.current);
        setSaid('Selected');
      },
    );
  };
  return (
    <span class="command">
      <code ref={code}>{text}</code>
      <button type="button" onClick={copy} aria-label={`${said}: ${text}`}>
        {said}
      </button>
    </span>
  );
}
