import { bodySize, decodeProperties, encodeHeader } from './content-header.ts';
import { type Frame, frame } from './frame.ts';
import { decodeArguments, encodeMethod, methodOf } from './method-codec.ts';

/** Decodes all that a frame holds, and encodes it again. */
export function reencode(original: Frame): Frame {
  const { type, channel } = original;
  switch (type) {
    case 'protocol-header':
      return original;
    case 'method': {
      const name = methodOf(original);
      return encodeMethod(channel, name, decodeArguments(original, name));
    }
    case 'header':
      return encodeHeader(channel, bodySize(original), decodeProperties(original));
    default:
      return frame(type, channel, original.payload);
  }
}
